// The table of output formats: one row each. Adding a format is one file and one row.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "dsp/window_plan.hpp"
#include "formats/byte_sink.hpp"
#include "stream/receiver.hpp"

namespace astream {

/// What writers for people need to know of the place they write to, and all of what they get.
struct WriterOptions {
  int width = 80;           ///< columns
  bool is_utf8 = false;     ///< block characters may be used
  bool is_colored = false;  ///< escape codes may be used
  bool is_mixed = false;    ///< windows of several streams come by turns on purpose
};

struct FormatRow {
  std::string_view name;
  std::string_view description;  ///< for help, one line
  bool is_binary = false;        ///< not to be written to a terminal
  Tail default_tail = Tail::pad;
  std::unique_ptr<Receiver> (*make)(ByteSink& sink, const WriterOptions& options);
};

std::span<const FormatRow> format_table();

/// The row of that name, or nullptr.
const FormatRow* find_format(std::string_view name);

/// A receiver that writes `name` into `sink`, which must outlive it and is not closed. Throws Error(usage) for unknown
/// names.
std::unique_ptr<Receiver> make_writer(std::string_view name, ByteSink& sink, const WriterOptions& options);

}  // namespace astream
