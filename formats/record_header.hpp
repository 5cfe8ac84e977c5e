// The header lines of the record stream (formats/RECORDS.md, version 1): JSON, padded with spaces before the newline to
// a length that is a multiple of 4, so that payloads in a saved file stay float-aligned.
//
// Pure functions. window_header() is on the hot path: no allocation, no JSON library, no locale. The others go
// through nlohmann::ordered_json and may throw std::bad_alloc; text that is no UTF-8 gets U+FFFD where it is not.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "stream/receiver.hpp"

namespace astream {

inline constexpr int kRecordVersion = 1;

/// Room for the longest header of a window: 12 numbers of at most 24 characters, the keys, the wall clock, the padding.
inline constexpr size_t kWindowHeaderBytes = 640;
using WindowHeaderBuffer = std::array<char, kWindowHeaderBytes>;

/// The header line of a window, written into `buffer`.
std::string_view window_header(const Window& window, WindowHeaderBuffer& buffer);

/// Where window_header puts the wall clock: "2026-11-22T07:46:35.000001Z" (RFC 3339, UTC), empty outside the years 0 to
/// 9999.
std::string wallclock_text(int64_t wallclock_us);
/// The same, rounded down to milliseconds.
std::string milliseconds_text(int64_t wallclock_us);

/// Pads a header without its newline, and ends the line.
void finish_header(std::string& line);

std::string set_start_header(const SetStart& event);
std::string stream_start_header(const StreamStart& event);
std::string stream_info_header(const StreamInfo& event);
std::string stream_error_header(const StreamError& event);
std::string stream_end_header(const StreamEnd& event);
std::string set_end_header(const SetEnd& event);

}  // namespace astream
