#include "cli/progress.hpp"

#include <array>
#include <cstdio>

#include "base/log.hpp"
#include "base/os.hpp"
#include "base/units.hpp"

namespace astream::cli {

namespace {

constexpr auto kInterval = std::chrono::milliseconds(200);
constexpr const char* kClearLine = "\r\x1b[K";

std::string times_real_time(double ratio) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), ratio < 10 ? "%.1fx" : "%.0fx", ratio);
  return text.data();
}

}  // namespace

ProgressReceiver::ProgressReceiver(Receiver& next, bool is_shown, std::function<std::optional<size_t>()> total)
    : next_(next), is_shown_(is_shown), total_(std::move(total)) {}

void ProgressReceiver::clear() {
  if (is_on_screen_) write_to_stderr(kClearLine);
  is_on_screen_ = false;
}

/// "12/120  1:02:03  85x  ETA 0:12  2 failed"
void ProgressReceiver::show(bool is_last) {
  if (!is_shown_) return;
  const auto now = Clock::now();
  if (!is_last && now - shown_at_ < kInterval) return;
  shown_at_ = now;
  const double elapsed_s = std::chrono::duration<double>(now - started_).count();
  double audio_s = done_s_;
  double open_share = 0;  // of those that are open, how many are done
  for (const auto& [number, stream] : open_) {
    audio_s += stream.audio_s;
    const double whole_s = stream.start.duration_s.value_or(0);
    if (whole_s > 0) open_share += std::min(1.0, stream.audio_s / whole_s);
  }
  const auto total = total_();
  std::string line =
      std::to_string(streams_) + (total ? "/" + std::to_string(*total) : "") + "  " + format_clock(audio_s);
  if (elapsed_s > 0) line += "  " + times_real_time(audio_s / elapsed_s);
  double share = 0;
  if (total && *total > 0) {
    share = (static_cast<double>(streams_) + open_share) / static_cast<double>(*total);
  }
  if (share > 0.01 && share < 1) line += "  ETA " + format_clock(elapsed_s * (1 - share) / share);
  if (failed_ > 0) line += "  " + std::to_string(failed_) + " failed";
  write_to_stderr(kClearLine + line + (is_last ? "\n" : ""));
  is_on_screen_ = !is_last;
}

void ProgressReceiver::set_start(const SetStart& event) {
  started_ = shown_at_ = Clock::now();
  next_.set_start(event);
}

void ProgressReceiver::stream_start(const StreamStart& event) {
  open_[event.stream] = {event, 0};
  next_.stream_start(event);
}

Flow ProgressReceiver::window(const Window& window) {
  if (is_shown_) {
    Stream& stream = open_[window.stream];
    const double start_s = static_cast<double>(window.window * stream.start.plan.hop_samples) / window.format.rate_hz;
    stream.audio_s = start_s + static_cast<double>(window.valid_samples) / window.format.rate_hz;
    show(false);
  }
  return next_.window(window);
}

void ProgressReceiver::stream_info(const StreamInfo& event) {
  next_.stream_info(event);
}

void ProgressReceiver::stream_error(const StreamError& event) {
  ++failed_;
  clear();
  const std::string hint = event.hint.empty() ? "" : " (" + event.hint + ")";
  log(LogLevel::error, event.uri + ": " + event.message + hint);
  next_.stream_error(event);
}

void ProgressReceiver::stream_end(const StreamEnd& event) {
  ++streams_;
  done_s_ += static_cast<double>(event.samples) / open_[event.stream].start.format.rate_hz;
  open_.erase(event.stream);
  show(false);
  next_.stream_end(event);
}

void ProgressReceiver::set_end(const SetEnd& event) {
  show(true);
  next_.set_end(event);
}

}  // namespace astream::cli
