#include "stream/alarm_receiver.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

namespace astream {

namespace {

/// Blocks of a live stream may come so late and nothing is wrong.
constexpr double kLateness_s = 1;

}  // namespace

struct AlarmReceiver::Watched {
  Watched(const StreamStart& event, const LevelAlarmOptions& options) : start(event), alarm(event.format, options) {}

  StreamStart start;
  LevelAlarm alarm;
  bool is_begun = false;
  bool is_finished = false;
  int64_t origin = 0;       ///< of the alarm's sample 0 on the time line
  int64_t next_sample = 0;  ///< on the time line
  int64_t index = 0;
  std::optional<int64_t> origin_us;  ///< wall clock at origin
  Clock::time_point last_window = Clock::now();
};

AlarmReceiver::AlarmReceiver(LevelAlarmOptions options, bool ends_at_alarm, RowReceiver& next)
    : options_(options), ends_at_alarm_(ends_at_alarm), next_(next) {}
AlarmReceiver::~AlarmReceiver() = default;

void AlarmReceiver::stream_start(const StreamStart& event) {
  auto stream = std::make_unique<Watched>(event, options_);
  next_.stream_start({event, columns_, RowMode::windows, 0, 1, 1});
  streams_[event.stream] = std::move(stream);
}

Flow AlarmReceiver::window(const Window& window) {
  Watched& stream = *streams_.at(window.stream);
  stream.last_window = Clock::now();
  if (!std::exchange(stream.is_begun, true)) {
    stream.origin = stream.next_sample = window.sample;
  } else {
    stream.alarm.missing(window.sample - stream.next_sample, changes_);
  }
  stream.next_sample = window.sample + window.valid_samples;
  if (window.wallclock_us) {
    stream.origin_us = *window.wallclock_us - microseconds_of(window.sample - stream.origin, window.format.rate_hz);
  }
  const auto values = static_cast<size_t>(window.valid_samples * window.format.channels);
  stream.alarm.process(window.samples.first(std::min(values, window.samples.size())), changes_);
  write_changes(stream);
  next_.pause();
  return ends_at_alarm_ && was_raised_ ? Flow::stop : Flow::proceed;
}

Flow AlarmReceiver::tick(Clock::time_point now) {
  for (auto& [number, stream] : streams_) {
    const double late_s = std::chrono::duration<double>(now - stream->last_window).count() - kLateness_s;
    if (!stream->start.is_live || stream->is_finished || late_s <= 0) continue;
    stream->alarm.stalled(std::llround(late_s * stream->start.format.rate_hz), changes_);
    write_changes(*stream);
    next_.pause();
  }
  return ends_at_alarm_ && was_raised_ ? Flow::stop : Flow::proceed;
}

void AlarmReceiver::write_changes(Watched& stream) {
  for (const AlarmChange& change : std::exchange(changes_, {})) {
    was_raised_ |= change.is_raised;
    const std::array values{change.is_raised ? 1.0 : 0.0, change.level_db};
    Row row;
    row.stream = stream.start.stream;
    row.index = stream.index++;
    row.sample = stream.origin + change.start_sample;
    row.rate_hz = stream.start.format.rate_hz;
    row.time_s = static_cast<double>(row.sample) / row.rate_hz;
    row.duration_samples = change.length_samples;
    if (stream.origin_us) row.wallclock_us = *stream.origin_us + microseconds_of(change.start_sample, row.rate_hz);
    row.values = values;
    next_.row(row);
  }
}

void AlarmReceiver::finish(int64_t stream_number) {
  const auto found = streams_.find(stream_number);
  if (found == streams_.end() || std::exchange(found->second->is_finished, true)) return;
  found->second->alarm.finish(changes_);
  write_changes(*found->second);
  next_.pause();
}

void AlarmReceiver::stream_error(const StreamError& event) {
  finish(event.stream);
  next_.stream_error(event);
}

void AlarmReceiver::stream_end(const StreamEnd& event) {
  finish(event.stream);
  if (streams_.erase(event.stream) > 0) next_.stream_end(event);  // what never began has its error only
}

}  // namespace astream
