#include "stream/level_receiver.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace astream {

namespace {

std::vector<std::string> columns_of(const LevelMeterOptions& options) {
  std::vector<std::string> names = LevelMeter::columns(options);
  names.insert(names.begin(), "is_total");
  return names;
}

/// Where `sample` lies in time, and what was lost before it.
struct Place {
  int64_t sample = 0;
  std::optional<int64_t> wallclock_us;
  int64_t gap_samples = 0;
};

}  // namespace

struct LevelReceiver::Metered {
  Metered(const StreamStart& event, const LevelRunOptions& options)
      : start(event),
        meter(event.format, options.meter),
        interval_samples(std::max<int64_t>(1, options.interval.samples_at(event.format.rate_hz))) {}

  StreamStart start;
  LevelMeter meter;
  int64_t interval_samples;
  bool is_begun = false;  ///< a window has come
  bool is_finished = false;
  Place first, row;  ///< the stream's first sample; the open row's
  int64_t next_sample = 0;
  int64_t index = 0;  ///< of the next row of every channel
};

LevelReceiver::LevelReceiver(LevelRunOptions options, RowReceiver& next)
    : options_(std::move(options)), next_(next), columns_(columns_of(options_.meter)), values_(columns_.size()) {}
LevelReceiver::~LevelReceiver() = default;

void LevelReceiver::stream_start(const StreamStart& event) {
  auto stream = std::make_unique<Metered>(event, options_);
  StreamStart start = event;
  start.plan = {stream->interval_samples, stream->interval_samples, Tail::crop};
  next_.stream_start({start, columns_, RowMode::windows, 0, 1, 1});
  streams_[event.stream] = std::move(stream);
}

Flow LevelReceiver::window(const Window& window) {
  push(*streams_.at(window.stream), window);
  next_.pause();
  return Flow::proceed;
}

void LevelReceiver::push(Metered& stream, const Window& window) {
  const int64_t missing = stream.is_begun ? window.sample - stream.next_sample : 0;
  const int64_t gap_samples = std::max({missing, window.gap_samples + window.dropped_samples, int64_t{0}});
  if (!stream.is_begun) stream.first = {window.sample, window.wallclock_us, 0};
  if (missing > 0) {
    write_rows(stream);
    stream.meter.gap();
  }
  stream.is_begun = true;
  stream.first.gap_samples += gap_samples;
  stream.row.gap_samples += gap_samples;
  const int channels = window.format.channels;
  for (int64_t at = 0; at < window.valid_samples;) {
    const int64_t sample = window.sample + at;
    if (stream.meter.interval_samples() == 0) {
      stream.row.sample = sample;
      stream.row.wallclock_us = window.wallclock_us;
      if (window.wallclock_us) *stream.row.wallclock_us += microseconds_of(at, window.format.rate_hz);
    }
    const int64_t to_grid = stream.interval_samples - (sample - stream.first.sample) % stream.interval_samples;
    const int64_t count = std::min(window.valid_samples - at, to_grid);
    stream.meter.process(
        window.samples.subspan(static_cast<size_t>(at * channels), static_cast<size_t>(count * channels)));
    if (count == to_grid) write_rows(stream);
    at += count;
  }
  stream.next_sample = window.sample + window.valid_samples;
}

/// The open interval, a row a channel; nothing when it is empty.
void LevelReceiver::write_rows(Metered& stream) {
  const int64_t samples = stream.meter.interval_samples();
  if (samples == 0) return;
  Row row;
  row.stream = stream.start.stream;
  row.index = stream.index++;
  row.sample = stream.row.sample;
  row.rate_hz = stream.start.format.rate_hz;
  row.time_s = static_cast<double>(row.sample) / row.rate_hz;
  row.duration_samples = samples;
  row.gap_samples = stream.row.gap_samples;
  row.wallclock_us = stream.row.wallclock_us;
  row.values = values_;
  values_[0] = 0;
  for (row.channel = 0; row.channel < stream.start.format.channels; ++row.channel) {
    stream.meter.interval_values(row.channel, std::span(values_).subspan(1));
    next_.row(row);
  }
  stream.meter.next_interval();
  stream.row = {};
}

void LevelReceiver::write_total(Metered& stream) {
  Row row;
  row.stream = stream.start.stream;
  row.index = stream.index++;
  row.sample = stream.first.sample;
  row.rate_hz = stream.start.format.rate_hz;
  row.time_s = static_cast<double>(row.sample) / row.rate_hz;
  row.duration_samples = stream.meter.total_samples();
  row.gap_samples = stream.first.gap_samples;
  row.wallclock_us = stream.first.wallclock_us;
  row.values = values_;
  values_[0] = 1;
  for (row.channel = 0; row.channel < stream.start.format.channels; ++row.channel) {
    stream.meter.total_values(row.channel, std::span(values_).subspan(1));
    next_.row(row);
  }
}

/// The rest of a stream, and its total; before the error that ended it.
void LevelReceiver::finish(int64_t stream_number) {
  const auto found = streams_.find(stream_number);
  if (found == streams_.end()) return;
  Metered& stream = *found->second;
  if (std::exchange(stream.is_finished, true)) return;
  write_rows(stream);
  if (stream.meter.total_samples() > 0) write_total(stream);
  if (const int64_t count = stream.meter.nonfinite_samples(); count > 0)
    log(LogLevel::warning, stream.start.uri + ": " + std::to_string(count) + " samples were not finite, taken as 0");
  next_.pause();
}

void LevelReceiver::stream_error(const StreamError& event) {
  finish(event.stream);
  next_.stream_error(event);
}

void LevelReceiver::stream_end(const StreamEnd& event) {
  finish(event.stream);
  if (streams_.erase(event.stream) > 0) next_.stream_end(event);  // what never began has its error only
}

}  // namespace astream
