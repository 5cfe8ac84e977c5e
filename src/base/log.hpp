// One place for all that is said to people: level, one line, redacted, to a replaceable sink (stderr by default).
//
// Thread-safe; a sink runs under a lock, one line at a time. The library logs nothing below `warning` unless asked; it
// never writes to stdout. A line is one write to stderr: "astream: message", or "astream: warning: message".
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace astream {

enum class LogLevel { quiet, error, warning, info, verbose, debug, trace };

/// "error", "warning", ...
std::string_view level_name(LogLevel level);

/// Messages above this level are dropped. Default: warning.
void set_log_level(LogLevel level);
LogLevel log_level();

/// Receives each line (no newline at its end, already redacted). Empty function: back to stderr.
using LogSink = std::function<void(LogLevel, std::string_view line)>;
void set_log_sink(LogSink sink);

/// Says `line` to the sink when `level` is shown. Never throws: what a sink throws is dropped.
void log(LogLevel level, std::string_view line) noexcept;

/// Makes every later line show "***" where `secret` stands. Strings shorter than 3 bytes are ignored.
void hide_in_log(std::string_view secret);
/// The same for what must never be shown at all: it is not forgotten, and without_hidden() takes it out too.
void hide_always(std::string_view secret);
/// `text` with "***" where what hide_always() was told stands; for what is shown elsewhere than in the log.
std::string without_hidden(std::string_view text);
/// `text` with hidden strings and URI credentials taken out, control characters made visible.
std::string redact_text(std::string_view text);

}  // namespace astream
