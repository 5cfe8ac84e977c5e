#include "stream/segment_receiver.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace astream {

void SegmentReceiver::stream_start(const StreamStart& event) {
  stream_ = event;
  is_begun_ = false;
  index_ = 0;
  next_.stream_start({stream_, columns_, RowMode::windows, 0, 1, 1});
}

void SegmentReceiver::begin(int64_t sample) {
  const AudioFormat& format = stream_.format;
  if (options_.kind == SegmentKind::voice) {
    voice_ = std::make_unique<VoiceActivityDetector>(format.rate_hz, options_.vad);
  } else {
    const auto shortest_samples = std::llround(options_.min_silence_s * format.rate_hz);
    silence_ = std::make_unique<SilenceDetector>(format.channels, std::pow(10, options_.threshold_db / 20),
                                                 std::max<int64_t>(1, shortest_samples));
  }
  origin_ = position_ = sample;
  is_begun_ = true;
}

Flow SegmentReceiver::window(const Window& window) {
  if (is_begun_ && window.sample != position_) finish();
  if (!is_begun_) begin(window.sample);
  const auto values = static_cast<size_t>(window.valid_samples * window.format.channels);
  process(window.samples.first(std::min(values, window.samples.size())));
  position_ = window.sample + window.valid_samples;
  pass_on(voice_ ? voice_->take_segments() : silence_->take_silences());
  next_.pause();
  return Flow::proceed;
}

void SegmentReceiver::process(std::span<const float> samples) {
  const auto finite = [](float sample) { return std::isfinite(sample) ? static_cast<double>(sample) : 0.0; };
  const auto channels = static_cast<size_t>(stream_.format.channels);
  if (silence_) {
    values_.resize(samples.size());
    std::ranges::transform(samples, values_.begin(), finite);
    return silence_->process(values_);
  }
  values_.assign(samples.size() / channels, 0);
  for (size_t i = 0; i < values_.size(); ++i) {
    for (const float sample : samples.subspan(i * channels, channels)) values_[i] += finite(sample);
    values_[i] /= static_cast<double>(channels);
  }
  voice_->process(values_);
}

void SegmentReceiver::pass_on(const std::vector<SampleRange>& segments) {
  for (const SampleRange& segment : segments) {
    const int rate_hz = stream_.format.rate_hz;
    const std::array end_s{static_cast<double>(origin_ + segment.end) / rate_hz};
    Row row;
    row.stream = stream_.stream;
    row.index = index_++;
    row.sample = origin_ + segment.start;
    row.time_s = static_cast<double>(row.sample) / rate_hz;
    row.duration_samples = segment.end - segment.start;
    row.rate_hz = rate_hz;
    row.values = end_s;
    next_.row(row);
  }
}

void SegmentReceiver::finish() {
  if (!is_begun_) return;
  if (voice_) {
    voice_->finish();
    pass_on(voice_->take_segments());
  } else {
    silence_->finish();
    pass_on(silence_->take_silences());
  }
  voice_.reset();
  silence_.reset();
  is_begun_ = false;
}

void SegmentReceiver::stream_error(const StreamError& event) {
  if (event.stream == stream_.stream) finish();
  next_.stream_error(event);
}

void SegmentReceiver::stream_end(const StreamEnd& event) {
  finish();
  next_.stream_end(event);
}

}  // namespace astream
