#include "stream/window_cutter.hpp"

#include <utility>

namespace astream {

void WindowCutter::stream_start(const StreamStart& event) {
  StreamStart told = event;
  told.plan = plan_windows(options_, event.format.rate_hz);
  next_.stream_start(told);
  streams_.erase(event.stream);
  streams_.emplace(event.stream, Stream{event.format, Windower(told.plan, event.format.channels), 0, false, {}, {}, 0});
}

/// Hands on the windows that are complete.
Flow WindowCutter::deliver(Stream& stream) {
  while (const auto slice = stream.windower.next()) {
    Window window = stream.head;
    window.window = stream.windows++;
    window.sample = stream.origin + slice->start_sample;
    window.time_s = static_cast<double>(window.sample) / stream.format.rate_hz;
    window.valid_samples = slice->valid_samples;
    window.samples = slice->samples;
    auto& arrivals = stream.arrivals;
    while (arrivals.size() > 1 && arrivals[1].sample <= window.sample) arrivals.pop_front();
    window.wallclock_us.reset();
    if (!arrivals.empty()) {
      window.wallclock_us = arrivals.front().wallclock_us +
                            microseconds_of(window.sample - arrivals.front().sample, stream.format.rate_hz);
    }
    stream.head.gap_samples = stream.head.dropped_samples = 0;
    if (next_.window(window) == Flow::stop) return Flow::stop;
  }
  return Flow::proceed;
}

Flow WindowCutter::window(const Window& window) {
  Stream& stream = streams_.at(window.stream);
  Windower& windower = stream.windower;
  if (!std::exchange(stream.is_begun, true)) stream.origin = window.sample;
  const int64_t position = window.sample - stream.origin;
  if (position != windower.pushed_samples()) {
    windower.finish();
    if (deliver(stream) == Flow::stop) return Flow::stop;
    windower.restart(position);
  }
  const int64_t gap_samples = stream.head.gap_samples + window.gap_samples;
  const int64_t dropped_samples = stream.head.dropped_samples + window.dropped_samples;
  stream.head = window;
  stream.head.samples = {};
  stream.head.gap_samples = gap_samples;
  stream.head.dropped_samples = dropped_samples;
  if (window.wallclock_us) stream.arrivals.push_back({window.sample, *window.wallclock_us});
  windower.push(window.samples.first(static_cast<size_t>(window.valid_samples * stream.format.channels)));
  return deliver(stream);
}

void WindowCutter::finish(Stream& stream) {
  stream.windower.finish();
  deliver(stream);
}

void WindowCutter::stream_error(const StreamError& event) {
  const auto stream = streams_.find(event.stream);
  if (stream != streams_.end()) finish(stream->second);
  next_.stream_error(event);
}

void WindowCutter::stream_end(const StreamEnd& event) {
  StreamEnd told = event;
  const auto stream = streams_.find(event.stream);
  if (stream != streams_.end()) {
    const bool is_whole = event.reason != EndReason::interrupted && event.reason != EndReason::stop;
    if (is_whole) finish(stream->second);
    told.windows = stream->second.windows;
    windows_ += told.windows;
    streams_.erase(stream);
  }
  next_.stream_end(told);
}

void WindowCutter::set_end(const SetEnd& event) {
  SetEnd told = event;
  told.windows = windows_;
  next_.set_end(told);
}

}  // namespace astream
