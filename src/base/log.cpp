#include "base/log.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/os.hpp"
#include "base/redact.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

/// Secrets are remembered up to this number, the newest: a run over millions of signed URIs stays flat.
constexpr size_t kMaxHidden = 1000;
/// Shorter strings are no secrets, and would take every text apart.
constexpr size_t kLeastHidden_bytes = 3;

struct LogState {
  std::atomic<LogLevel> level = LogLevel::warning;
  // Held while a sink runs, so that a sink that was replaced is never in use any more; recursive, as a sink may log.
  std::recursive_mutex sink_mutex;
  std::shared_ptr<const LogSink> sink;
  std::mutex hidden_mutex;
  std::deque<std::string> hidden;
  std::deque<std::string> always_hidden;
};

/// Never destroyed: threads may log while the process exits.
LogState& log_state() {
  static LogState& state = *new LogState;
  return state;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// One that holds another must be replaced before it.
void replace_longest_first(std::string& text, std::vector<std::string_view> secrets) {
  std::sort(secrets.begin(), secrets.end(), [](auto a, auto b) { return a.size() > b.size(); });
  for (const std::string_view secret : secrets) replace_all(text, secret, "***");
}

void append_visible(std::string& line, std::string_view character) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (character == "\n") {
    line += "\\n";
  } else if (character == "\r") {
    line += "\\r";
  } else if (character == "\t") {
    line += "\\t";
  } else {
    for (const char c : character) {
      const auto byte = static_cast<unsigned char>(c);
      line += "\\x";
      line += kHex[byte >> 4];
      line += kHex[byte & 15];
    }
  }
}

/// A terminal must not act on what a server sent: control characters (C0, DEL, C1) and stray bytes as escapes.
std::string with_visible_controls(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    size_t length = 1;
    while (length <= 4 && length <= text.size() && !is_utf8(text.substr(0, length))) ++length;
    const bool is_character = length <= 4 && length <= text.size();
    if (!is_character) length = 1;
    const std::string_view character = text.substr(0, length);
    const auto first = static_cast<unsigned char>(character[0]);
    const bool is_c1 = length == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    if (!is_character || is_c1 || first < 0x20 || first == 0x7F) {
      append_visible(line, character);
    } else {
      line += character;
    }
    text.remove_prefix(length);
  }
  return line;
}

void write_line_to_stderr(LogLevel level, std::string_view line) {
  std::string whole = "astream: ";
  if (level == LogLevel::warning) whole += "warning: ";
  whole += line;
  whole += '\n';
  write_to_stderr(whole);
}

}  // namespace

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::quiet:
      return "quiet";
    case LogLevel::error:
      return "error";
    case LogLevel::warning:
      return "warning";
    case LogLevel::info:
      return "info";
    case LogLevel::verbose:
      return "verbose";
    case LogLevel::debug:
      return "debug";
    case LogLevel::trace:
      return "trace";
  }
  return "info";
}

void set_log_level(LogLevel level) {
  log_state().level = level;
}

LogLevel log_level() {
  return log_state().level;
}

void set_log_sink(LogSink sink) {
  LogState& state = log_state();
  const std::lock_guard lock(state.sink_mutex);
  state.sink = sink ? std::make_shared<const LogSink>(std::move(sink)) : nullptr;
}

void log(LogLevel level, std::string_view line) noexcept {
  if (level == LogLevel::quiet || level > log_level()) return;
  try {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const std::string shown = redact_text(line);
    LogState& state = log_state();
    const std::lock_guard lock(state.sink_mutex);
    const std::shared_ptr<const LogSink> sink = state.sink;
    if (sink) {
      (*sink)(level, shown);
    } else {
      write_line_to_stderr(level, shown);
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): a message that can't be said must not end the stream it speaks of
  }
}

void hide_in_log(std::string_view secret) {
  if (secret.size() < kLeastHidden_bytes) return;
  LogState& state = log_state();
  const std::lock_guard lock(state.hidden_mutex);
  if (std::find(state.hidden.begin(), state.hidden.end(), secret) != state.hidden.end()) return;
  state.hidden.emplace_back(secret);
  if (state.hidden.size() > kMaxHidden) state.hidden.pop_front();
}

void hide_always(std::string_view secret) {
  if (secret.size() < kLeastHidden_bytes) return;
  LogState& state = log_state();
  const std::lock_guard lock(state.hidden_mutex);
  if (std::find(state.always_hidden.begin(), state.always_hidden.end(), secret) == state.always_hidden.end()) {
    state.always_hidden.emplace_back(secret);
  }
}

std::string without_hidden(std::string_view text) {
  std::string result(text);
  LogState& state = log_state();
  const std::lock_guard lock(state.hidden_mutex);
  replace_longest_first(result, {state.always_hidden.begin(), state.always_hidden.end()});
  return result;
}

std::string redact_text(std::string_view text) {
  std::string result(text);
  {
    LogState& state = log_state();
    const std::lock_guard lock(state.hidden_mutex);
    std::vector<std::string_view> hidden(state.hidden.begin(), state.hidden.end());
    hidden.insert(hidden.end(), state.always_hidden.begin(), state.always_hidden.end());
    replace_longest_first(result, std::move(hidden));
  }
  return with_visible_controls(without_secrets(result, find_secrets(result, SecretScan::text)));
}

}  // namespace astream
