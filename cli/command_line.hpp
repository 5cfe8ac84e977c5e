// CLI11 set up our way: values parsed by our own parsers, unknown flags with a suggestion, "-" and "-?..." as inputs.
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <string>
#include <vector>

namespace astream::cli {

/// An app with our help format and without positional or option surprises.
void prepare_app(CLI::App& app, const std::string& usage, const std::string& examples);

/// What the help shows instead of being parsed: printed to stdout, then exit status 0.
struct HelpWanted {
  std::string text;
};

/// Parses `args` (without the program's name). Throws Error(usage) with one line and a hint, or HelpWanted.
void parse_args(CLI::App& app, std::vector<std::string> args);

/// Adds an option whose text goes through `parse` (text, option name) -> value; what parse throws is the usage error.
template <typename Target, typename Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& names, const std::string& long_name, Target& target,
                        Parse parse, const std::string& value_name, const std::string& description) {
  return app
      .add_option_function<std::string>(
          names, [&target, parse, long_name](const std::string& text) { target = parse(text, long_name); }, description)
      ->type_name(value_name);
}

/// Takes off what parse_args() put before names like "-?format=s16le".
void unmark_inputs(std::vector<std::string>& names);

/// An option that would change nothing is a mistake that should be heard of: throws Error(usage) "OPTION WHY" for the
/// first of `options` that was given.
void refuse_options(const CLI::App& app, std::initializer_list<const char*> options, const std::string& why);

}  // namespace astream::cli
