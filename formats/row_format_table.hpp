// The table of formats that rows of features are written in: one row each. Adding a format is one file and one row.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "formats/byte_sink.hpp"
#include "stream/row_receiver.hpp"

namespace astream {

/// Which moment of a row its time tells.
enum class TimeAnchor { start, center, end };

struct RowWriterOptions {
  bool has_file = false;     ///< rows tell their stream and file
  bool has_channel = false;  ///< rows tell their channel
  bool is_double = false;    ///< text with all digits of the computation; otherwise those of float32
  TimeAnchor time = TimeAnchor::start;
  std::string separator = ",";  ///< CSV only, as na and is_crlf
  std::string na = "nan";
  bool is_crlf = false;
};

struct RowFormat {
  std::string_view name;
  std::string_view description;  ///< for help, one line
  bool is_binary = false;        ///< not to be written to a terminal
  bool needs_file = false;       ///< its head is only known at the end
  std::unique_ptr<RowReceiver> (*make)(ByteSink& sink, const RowWriterOptions& options);
};

std::span<const RowFormat> row_format_table();

/// The row of that name, or nullptr.
const RowFormat* find_row_format(std::string_view name);

}  // namespace astream
