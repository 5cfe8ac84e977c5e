#include "stream/segment_receiver.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace astream {

/// What is looked for in one stream.
class SegmentReceiver::Stream {
 public:
  Stream(const SegmentOptions& options, RowReceiver& next, const StreamStart& event)
      : options_(options), next_(next), number_(event.stream), format_(event.format) {}

  void take(const Window& window);
  void finish();

 private:
  void begin(int64_t sample);
  void process(std::span<const float> samples);
  void pass_on(const std::vector<SampleRange>& segments);

  const SegmentOptions& options_;
  RowReceiver& next_;
  int64_t number_;
  AudioFormat format_;
  std::unique_ptr<VoiceActivityDetector> voice_;
  std::unique_ptr<SilenceDetector> silence_;
  std::vector<double> values_;
  bool is_begun_ = false;
  int64_t origin_ = 0;    ///< of the detector's sample 0 on the time line
  int64_t position_ = 0;  ///< the sample that comes next
  int64_t index_ = 0;
};

void SegmentReceiver::Stream::begin(int64_t sample) {
  const AudioFormat& format = format_;
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

void SegmentReceiver::Stream::take(const Window& window) {
  if (is_begun_ && window.sample != position_) finish();
  if (!is_begun_) begin(window.sample);
  const auto values = static_cast<size_t>(window.valid_samples * window.format.channels);
  process(window.samples.first(std::min(values, window.samples.size())));
  position_ = window.sample + window.valid_samples;
  pass_on(voice_ ? voice_->take_segments() : silence_->take_silences());
}

void SegmentReceiver::Stream::process(std::span<const float> samples) {
  const auto finite = [](float sample) { return std::isfinite(sample) ? static_cast<double>(sample) : 0.0; };
  const auto channels = static_cast<size_t>(format_.channels);
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

void SegmentReceiver::Stream::pass_on(const std::vector<SampleRange>& segments) {
  for (const SampleRange& segment : segments) {
    const int rate_hz = format_.rate_hz;
    const std::array end_s{static_cast<double>(origin_ + segment.end) / rate_hz};
    Row row;
    row.stream = number_;
    row.index = index_++;
    row.sample = origin_ + segment.start;
    row.time_s = static_cast<double>(row.sample) / rate_hz;
    row.duration_samples = segment.end - segment.start;
    row.rate_hz = rate_hz;
    row.values = end_s;
    next_.row(row);
  }
}

void SegmentReceiver::Stream::finish() {
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

SegmentReceiver::SegmentReceiver(SegmentOptions options, RowReceiver& next)
    : options_(std::move(options)), next_(next) {}
SegmentReceiver::~SegmentReceiver() = default;

void SegmentReceiver::stream_start(const StreamStart& event) {
  next_.stream_start({event, columns_, RowMode::windows, 0, 1, 1});
  streams_[event.stream] = std::make_unique<Stream>(options_, next_, event);
}

Flow SegmentReceiver::window(const Window& window) {
  streams_.at(window.stream)->take(window);
  next_.pause();
  return Flow::proceed;
}

void SegmentReceiver::stream_error(const StreamError& event) {
  if (const auto open = streams_.find(event.stream); open != streams_.end()) open->second->finish();
  next_.stream_error(event);
}

void SegmentReceiver::stream_end(const StreamEnd& event) {
  if (const auto open = streams_.find(event.stream); open != streams_.end()) open->second->finish();
  streams_.erase(event.stream);
  next_.stream_end(event);
}

}  // namespace astream
