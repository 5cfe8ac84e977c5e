#include "cli/output.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "cli/terminal.hpp"
#include "source/media_extensions.hpp"

namespace astream::cli {

namespace {

/// "wav" of "out.wav", when that is a format.
const FormatRow* format_of_suffix(const std::string& path) {
  const size_t dot = path.rfind('.');
  return dot == std::string::npos ? nullptr : find_format(path.substr(dot + 1));
}

}  // namespace

std::string format_names() {
  std::string names;
  for (const FormatRow& row : format_table()) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

void add_output_options(CLI::App& app, OutputOptions& options, const std::string& formats,
                        const std::string& standard) {
  app.add_option("-f,--format", options.format, "one of " + formats + " [" + standard + "]")
      ->type_name("FORMAT")
      ->group("Output");
  app.add_option("-o,--output", options.path, "write to FILE, beside it first and renamed when whole")
      ->type_name("FILE")
      ->group("Output");
  app.add_flag("-y,--overwrite", options.may_overwrite, "overwrite FILE if it exists")->group("Output");
}

const FormatRow& choose_format(const OutputOptions& options, bool is_stdout_terminal) {
  const bool is_file = !options.path.empty() && options.path != "-";
  if (is_file && !options.command.empty()) {
    throw Error(ErrorKind::usage, "-o and a command behind -- exclude each other", {},
                "the command can write the file");
  }
  const bool is_terminal = is_stdout_terminal && !is_file && options.command.empty();
  if (options.format.empty()) {
    if (is_file) {
      if (const FormatRow* row = format_of_suffix(options.path)) return *row;
      if (has_media_extension(options.path)) {
        throw Error(ErrorKind::usage, "-o " + options.path + ": astream does not write this format", {},
                    "it writes " + format_names() + "; for others pipe -f wav into ffmpeg, or name the format by -f");
      }
    }
    return *find_format(is_terminal ? "text" : "records");
  }
  const FormatRow* row = find_format(options.format);
  if (row == nullptr) {
    throw Error(ErrorKind::usage, "--format: '" + options.format + "' is no format", {}, "one of " + format_names());
  }
  if (row->is_binary && is_terminal) {
    throw Error(ErrorKind::usage, std::string(row->name) + " is binary and would garble the terminal", {},
                "pipe it into a program, or use -o FILE or -f text");
  }
  return *row;
}

Output::Output(const OutputOptions& options) {
  if (!options.command.empty()) {
    child_.emplace(options.command, ChildPipe::child_stdin);
    sink_ = make_fd_sink(child_->fd());
  } else if (!options.path.empty() && options.path != "-") {
    std::error_code code;
    if (!options.may_overwrite && std::filesystem::is_regular_file(options.path, code)) {
      throw Error(ErrorKind::usage, "-o " + options.path + ": the file exists", {}, "-y overwrites it");
    }
    sink_ = make_file_sink(options.path, options.may_overwrite);
  } else {
    sink_ = make_fd_sink(kStdout);
  }
}

int Output::wait_for_child() {
  if (!child_) return 0;
  child_->close_pipe();
  return child_->wait().code;
}

int Output::close() {
  try {
    sink_->close();
  } catch (const PipeClosed&) {  // the reader has seen enough
  }
  return wait_for_child();
}

int Output::abandon() {
  sink_.reset();
  return wait_for_child();
}

}  // namespace astream::cli
