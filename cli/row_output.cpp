#include "cli/row_output.hpp"

#include <cctype>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/terminal.hpp"
#include "source/media_extensions.hpp"

namespace astream::cli {

namespace {

std::string parse_separator(const std::string& text, const std::string& option) {
  if (text == "tab") return "\t";
  // Neither what numbers and names are made of, nor what CSV means something else by.
  constexpr std::string_view kTaken = "+-._\"\r\n";
  const bool is_single = text.size() == 1 && std::isprint(static_cast<unsigned char>(text[0])) != 0;
  if (text == "\t") return text;
  if (is_single && std::isalnum(static_cast<unsigned char>(text[0])) == 0 &&
      kTaken.find(text[0]) == std::string_view::npos)
    return text;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no separator", {}, "one of , ; | or tab");
}

TimeAnchor parse_anchor(const std::string& text, const std::string& option) {
  if (text == "start") return TimeAnchor::start;
  if (text == "center") return TimeAnchor::center;
  if (text == "end") return TimeAnchor::end;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "start, center or end");
}

}  // namespace

std::string row_format_names() {
  std::string list;
  for (const RowFormat& row : row_format_table()) list += (list.empty() ? "" : ", ") + std::string(row.name);
  return list;
}

const RowFormat& choose_row_format(const OutputOptions& output, const std::string& command) {
  const bool is_file = !output.path.empty() && output.path != "-";
  if (is_file && !output.command.empty()) {
    throw Error(ErrorKind::usage, "-o and a command behind -- exclude each other", {},
                "the command can write the file");
  }
  std::string name = output.format;
  if (name.empty() && is_file) name = output.path.substr(output.path.rfind('.') + 1);
  const RowFormat* row = find_row_format(name);
  if (row == nullptr && !output.format.empty()) {
    throw Error(ErrorKind::usage, "--format: '" + name + "' is no format for " + command, {},
                "one of " + row_format_names());
  }
  if (row == nullptr && is_file && has_media_extension(output.path)) {
    throw Error(ErrorKind::usage, "-o " + output.path + ": " + command + " are no audio", {},
                "name it .csv, .jsonl or .npy");
  }
  if (row == nullptr) row = find_row_format("csv");
  if (row->needs_file && !is_file) {
    throw Error(ErrorKind::usage, std::string(row->name) + " has its length at the front and needs a file", {},
                "use -o FILE, or -f records in a pipe");
  }
  if (row->is_binary && !is_file && output.command.empty() && is_terminal(kStdout)) {
    throw Error(ErrorKind::usage, std::string(row->name) + " is binary and would garble the terminal", {},
                "pipe it into a program, or use -o FILE");
  }
  return *row;
}

void add_row_text_options(CLI::App& app, RowWriterOptions& rows) {
  const auto group = [](CLI::Option* option) { option->group("Output"); };
  group(app.add_flag("--double", rows.is_double, "numbers with all digits of the computation [those of float32]"));
  group(add_parsed(app, "--sep", "--sep", rows.separator, parse_separator, "C", "separator of CSV, or tab [,]"));
  group(app.add_flag("--crlf", rows.is_crlf, "line ends of CSV are CR LF"));
  group(app.add_option("--na", rows.na, "what CSV has in place of nan [nan]")->type_name("TEXT"));
  group(add_parsed(app, "--time", "--time", rows.time, parse_anchor, "start|center|end",
                   "the moment of a row that its time tells [start]"));
}

void refuse_idle_row_options(const CLI::App& app, const RowFormat& format) {
  const auto refuse = [&](std::initializer_list<const char*> options) {
    for (const char* option : options) {
      if (app.count(option) == 0) continue;
      throw Error(ErrorKind::usage, std::string(option) + " means nothing to the format " + std::string(format.name));
    }
  };
  if (format.name != "csv") refuse({"--sep", "--crlf", "--na"});
  if (format.is_binary) refuse({"--time"});
}

}  // namespace astream::cli
