#include "av/av_log.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.hpp"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/log.h>
}

namespace astream::av {

namespace {

/// libav's messages are noise to users: its warnings and errors show at -v, its info at -vv, the rest at -vvv.
LogLevel level_of(int av_level) {
  if (av_level <= AV_LOG_WARNING) return LogLevel::verbose;
  return av_level <= AV_LOG_INFO ? LogLevel::debug : LogLevel::trace;
}

/// Messages about audio that is lost, which users must see although libav goes on.
constexpr std::array<std::string_view, 2> kLossMessages = {"Failed to open segment", "skipping it"};

/// How libav's http says what was refused; its only argument before the text is the status.
constexpr std::string_view kRefusal = "HTTP error %d";

thread_local LogNotes* current_notes = nullptr;

void note(const char* format, va_list arguments) {
  const std::string_view text = format;
  LogNotes& notes = log_notes();
  notes.saw_chunked_body = notes.saw_chunked_body || text.starts_with("Chunked encoding data size");
  notes.saw_certificate_fault = notes.saw_certificate_fault || text.find("ertificate") != std::string_view::npos;
  if (text.starts_with(kRefusal)) {
    va_list copy;
    va_copy(copy, arguments);
    notes.http_status = va_arg(copy, int);
    va_end(copy);
  }
}

/// Whose message it is: the name of libav's class, or "".
std::string_view class_of(const void* object) {
  const AVClass* const its_class = object != nullptr ? *static_cast<const AVClass* const*>(object) : nullptr;
  return its_class != nullptr && its_class->class_name != nullptr ? its_class->class_name : "";
}

/// FTP's answers are told at debug level, one a line; SFTP's failures as errors.
void note_file_server(const void* object, int av_level, const char* format, va_list arguments) {
  const std::string_view name = class_of(object);
  const bool is_ftp = name == "ftp" && av_level == AV_LOG_DEBUG;
  if (!is_ftp && (name != "libssh" || av_level != AV_LOG_ERROR)) return;
  std::array<char, 512> text{};
  va_list copy;
  va_copy(copy, arguments);
  std::vsnprintf(text.data(), text.size(), format, copy);
  va_end(copy);
  std::string_view line = text.data();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  constexpr auto kRefusals =
      std::to_array<std::string_view>({"421", "425", "426", "430", "450", "451", "530", "532", "550", "551"});
  const bool is_refusal =
      std::any_of(kRefusals.begin(), kRefusals.end(), [&](std::string_view code) { return line.starts_with(code); });
  if (is_ftp && !is_refusal) return;
  const size_t colon = is_ftp ? std::string_view::npos : line.rfind(": ");
  if (colon != std::string_view::npos) line.remove_prefix(colon + 2);
  log_notes().file_server_refusal = line;
}

bool tells_of_loss(std::string_view line) {
  return std::any_of(kLossMessages.begin(), kLossMessages.end(),
                     [&](std::string_view message) { return line.find(message) != std::string_view::npos; });
}

void log_from_libav(void* object, int av_level, const char* format, va_list arguments) {
  note(format, arguments);
  note_file_server(object, av_level, format, arguments);
  if (av_level > AV_LOG_DEBUG) return;
  const bool may_tell_of_loss = av_level <= AV_LOG_WARNING && log_level() >= LogLevel::warning;
  if (level_of(av_level) > log_level() && !may_tell_of_loss) return;
  thread_local std::string line;  // libav logs one line in several calls
  thread_local int print_prefix = 1;
  std::array<char, 2048> text{};
  av_log_format_line2(object, av_level, format, arguments, text.data(), text.size(), &print_prefix);
  line += text.data();
  if (line.empty() || line.back() != '\n') return;
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  const LogLevel level = tells_of_loss(line) ? LogLevel::warning : level_of(av_level);
  if (!line.empty() && level <= log_level()) log(level, "libav: " + line);
  line.clear();
}

/// Called from C code: nothing may be thrown through it.
void log_callback(void* object, int av_level, const char* format, va_list arguments) noexcept {
  try {
    log_from_libav(object, av_level, format, arguments);
  } catch (...) {  // a message that can't be shown (out of memory) is dropped
  }
}

}  // namespace

LogNotes& log_notes() {
  thread_local LogNotes notes;
  return current_notes != nullptr ? *current_notes : notes;
}

NoteScope::NoteScope(LogNotes& notes) : before_(std::exchange(current_notes, &notes)) {}
NoteScope::~NoteScope() {
  current_notes = before_;
}

void start_libav() {
  static std::once_flag once;
  std::call_once(once, [] {
    av_log_set_level(AV_LOG_DEBUG);
    av_log_set_callback(log_callback);
    avformat_network_init();
  });
}

}  // namespace astream::av
