// The table of everything astream can open: one row a kind of input. Adding a scheme is one file and one row.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

namespace av {
struct MediaTarget;
}

struct SchemeRow {
  std::string_view scheme;       ///< "" for paths, "-" for stdin, else the scheme
  std::string_view example;      ///< for help: "tone:440?rate=48000&channels=2"
  std::string_view description;  ///< for help, one line
  bool is_network = false;       ///< may be named by a network playlist
  bool is_user_only = false;     ///< may be named by the user only (exec:, stdin, devices)
  std::unique_ptr<Source> (*open)(const Input&, const OpenOptions&);
  /// What libav opens for it; nullptr where there are no coded packets.
  av::MediaTarget (*target)(const Input&, const OpenOptions&) = nullptr;
};

std::span<const SchemeRow> scheme_table();

/// The row for `input`, or nullptr.
const SchemeRow* find_scheme(std::string_view scheme);

/// What libav opens for `input`, for those who want its packets as they are. Throws Error; usage for inputs without
/// any.
av::MediaTarget packet_target(const Input& input, const OpenOptions& options);

/// Opens `input` by the table; a live one may still be opening (Source::wait_open). Throws Error (with the input's
/// shown URI); unknown schemes get a hint.
std::unique_ptr<Source> start_source(const Input& input, const OpenOptions& options);
/// The same, waiting until it is open.
std::unique_ptr<Source> open_source(const Input& input, const OpenOptions& options);

}  // namespace astream
