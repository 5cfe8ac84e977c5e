// The options every command has: -q, -v, --log-format; and what they set up.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace astream::cli {

enum class Show { automatic, always, never };

struct CommonOptions {
  bool is_quiet = false;
  int verbosity = 0;
  bool is_json_log = false;
  Show progress = Show::automatic;
};

void add_common_options(CLI::App& app, CommonOptions& options);
/// --progress, for commands that work through long input.
void add_progress_option(CLI::App& app, CommonOptions& options);

/// Sets log level and format for the process.
void apply_common_options(const CommonOptions& options);

}  // namespace astream::cli
