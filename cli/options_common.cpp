#include "cli/options_common.hpp"

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/os.hpp"
#include "base/uri.hpp"
#include "base/version.hpp"
#include "cli/command_line.hpp"

namespace astream::cli {

namespace {

bool parse_log_format(const std::string& text, const std::string& option) {
  if (text == "json") return true;
  if (text == "text") return false;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no log format", {}, "text or json");
}

Show parse_show(const std::string& text, const std::string& option) {
  if (text == "auto") return Show::automatic;
  if (text == "always") return Show::always;
  if (text == "never") return Show::never;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "auto, always or never");
}

void log_as_json(LogLevel level, std::string_view line) {
  const double now_s = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const nlohmann::ordered_json entry = {{"time", now_s}, {"level", level_name(level)}, {"message", to_utf8(line)}};
  write_to_stderr(entry.dump() + "\n");
}

}  // namespace

void add_common_options(CLI::App& app, CommonOptions& options) {
  auto* quiet = app.add_flag("-q,--quiet", options.is_quiet, "say nothing but errors");
  quiet->group("Other");
  app.add_flag("-v,--verbose", options.verbosity, "say more; -vv and -vvv yet more")->group("Other")->excludes(quiet);
  add_parsed(app, "--log-format", "--log-format", options.is_json_log, parse_log_format, "text|json",
             "how messages on stderr look [text]")
      ->group("Other");
  app.set_version_flag("--version", std::string("astream ") + kVersion, "show the version")->group("Other");
}

void add_progress_option(CLI::App& app, CommonOptions& options) {
  add_parsed(app, "--progress", "--progress", options.progress, parse_show, "WHEN",
             "progress on stderr: auto, always or never [auto]")
      ->group("Other");
}

void apply_common_options(const CommonOptions& options) {
  constexpr LogLevel kLevels[] = {LogLevel::warning, LogLevel::verbose, LogLevel::debug, LogLevel::trace};
  constexpr int kMostVerbose = 3;
  set_log_level(options.is_quiet ? LogLevel::error : kLevels[std::min(options.verbosity, kMostVerbose)]);
  if (options.is_json_log) set_log_sink(log_as_json);
}

}  // namespace astream::cli
