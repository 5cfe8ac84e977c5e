// The commands: one row each. The first row, without a name, is what runs when no command is named.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace astream::cli {

/// A command whose options were added to an app; parse() only parses and validates, run() works.
class Command {
 public:
  virtual ~Command() = default;
  /// The parser with all options, for help and completions.
  virtual CLI::App& app() = 0;
  /// Parses `args`, opens nothing. Throws Error(usage) or HelpWanted.
  virtual void parse(const std::vector<std::string>& args) = 0;
  /// Works; returns the exit status. Throws Error.
  virtual int run() = 0;
};

struct CommandRow {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Command> (*make)();
};

std::span<const CommandRow> command_table();
/// The named row, or nullptr.
const CommandRow* find_command(std::string_view name);

}  // namespace astream::cli
