// Where a command's data goes: stdout, -o FILE, or the stdin of a program behind "--"; and in which format.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/subprocess.hpp"
#include "formats/byte_sink.hpp"
#include "formats/format_table.hpp"

namespace astream::cli {

struct OutputOptions {
  std::string format;  ///< "" until chosen
  std::string path;    ///< -o, "" or "-" for stdout
  bool may_overwrite = false;
  std::vector<std::string> command;  ///< behind "--"
};

/// -f -o -y; `formats` are the names to choose from, `standard` says which is taken by itself.
void add_output_options(CLI::App& app, OutputOptions& options, const std::string& formats, const std::string& standard);

/// The names of format_table(), for help and errors.
std::string format_names();

/// The format that is meant: the one asked for, else by the file's suffix, `text` on a terminal, `records` elsewhere.
/// Throws Error(usage) for an unknown format, for -o together with a command, and for binary on a terminal.
const FormatRow& choose_format(const OutputOptions& options, bool is_stdout_terminal);

/// The opened output of one run.
class Output {
 public:
  /// Opens or starts it. Throws Error(output | open).
  explicit Output(const OutputOptions& options);
  ByteSink& sink() { return *sink_; }
  /// Finishes it: renames the file, waits for the program. Returns the program's exit status, 0 without one.
  int close();
  /// Ends it after a failure: a file is not renamed, a program sees the end of its input.
  int abandon();

 private:
  int wait_for_child();
  std::optional<Subprocess> child_;  // outlives the sink that writes to it
  std::unique_ptr<ByteSink> sink_;
};

}  // namespace astream::cli
