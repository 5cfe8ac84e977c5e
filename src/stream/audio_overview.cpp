#include "stream/audio_overview.hpp"

#include <cmath>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

constexpr double kLowestLogHz = 20;
constexpr double kFrame_s = 0.06;     ///< speech keeps its syllables, music its tones
constexpr double kLeastFrames = 16;   ///< of a short sound
constexpr double kLogFrame_s = 0.12;  ///< a logarithmic axis shows how coarse bins are in the bass
constexpr int kLeastFrame = 64, kMostFrame = 1 << 15;
constexpr int kLeastLoudnessRateHz = 4000;
constexpr int kLoudnessReadsPerSecond = 10;
constexpr size_t kLoudnessCells = 4096;

FrequencyAxis make_axis(int rate_hz, const OverviewOptions& options) {
  if (options.low_hz.value_or(0) >= rate_hz / 2.0) {
    throw Error(ErrorKind::usage,
                "the spectrogram would begin above half the sample rate of " + std::to_string(rate_hz) + " Hz");
  }
  const double high_hz = std::min(options.high_hz.value_or(rate_hz / 2.0), rate_hz / 2.0);
  const double usual_low_hz = options.scale == FrequencyScale::log ? std::min(kLowestLogHz, high_hz / 100) : 0;
  return {options.scale, options.low_hz.value_or(usual_low_hz), high_hz};
}

/// A power of two near what was asked for or is usual, then shorter for sounds that are not much longer themselves.
int choose_fft_samples(int rate_hz, const OverviewOptions& options, const std::optional<double>& duration_s) {
  double frame_s = options.scale == FrequencyScale::log ? kLogFrame_s : kFrame_s;
  if (duration_s) frame_s = std::min(frame_s, *duration_s / kLeastFrames);
  frame_s = options.frame_s.value_or(frame_s);
  int size = kLeastFrame;
  while (size < kMostFrame && size * 1.5 < frame_s * rate_hz) size *= 2;
  return size;
}

/// Where the length is known, columns are right from the start, not only after halving.
int64_t first_column_samples(int rate_hz, size_t capacity, const std::optional<double>& duration_s) {
  if (!duration_s) return std::max(rate_hz / 2000, 1);
  return std::max<int64_t>(static_cast<int64_t>(std::ceil(*duration_s * rate_hz / static_cast<double>(capacity))), 1);
}

}  // namespace

void LoudnessCell::merge(const LoudnessCell& later) {
  if (later.momentary_values > 0) {
    const bool is_first = momentary_values == 0;
    const auto& [low, high] = std::pair(later.lowest_momentary_lufs, later.highest_momentary_lufs);
    lowest_momentary_lufs = is_first ? low : std::min(lowest_momentary_lufs, low);
    highest_momentary_lufs = is_first ? high : std::max(highest_momentary_lufs, high);
  }
  momentary_values += later.momentary_values;
  short_term_energy += later.short_term_energy;
  short_term_values += later.short_term_values;
}

double LoudnessCell::short_term_lufs() const {
  return db_from_power(short_term_energy / static_cast<double>(std::max<int64_t>(short_term_values, 1)));
}

AudioOverview::AudioOverview(const StreamStart& stream, const OverviewOptions& options)
    : format_(stream.format),
      axis_(make_axis(format_.rate_hz, options)),
      loudness_(kLoudnessCells, std::max(format_.rate_hz / kLoudnessReadsPerSecond, 1)),
      gaps_(2 * options.columns),
      totals_{kNan, kNan, kNan},
      planes_(static_cast<size_t>(format_.channels)) {
  const size_t capacity = 2 * options.columns;
  const size_t lanes = format_.channels > kMaxLanes ? 1 : planes_.size();
  lanes_.assign(lanes, LevelEnvelope(capacity));
  const int fft_samples = choose_fft_samples(format_.rate_hz, options, stream.duration_s);
  spectrogram_ = std::make_unique<PooledSpectrogram>(
      format_, fft_samples, make_frequency_bands(axis_, options.rows, fft_samples, format_.rate_hz), capacity,
      first_column_samples(format_.rate_hz, capacity, stream.duration_s));
  if (format_.rate_hz >= kLeastLoudnessRateHz) {
    const bool is_dual_mono = options.is_dual_mono && format_.channels == 1;
    meter_ = std::make_unique<LoudnessMeter>(format_.rate_hz, format_.channels,
                                             is_dual_mono ? std::vector{2.0} : std::vector<double>{});
  }
}

void AudioOverview::add_gap(int64_t end_sample) {
  for (int64_t sample = next_sample_; sample < end_sample;) {
    GapCell& cell = gaps_.at(sample);
    const int64_t end = std::min(gaps_.next_edge(sample), end_sample);
    cell.samples += end - sample;
    sample = end;
  }
  totals_.gap_samples += end_sample - next_sample_;
  next_sample_ = end_sample;
  spectrogram_->end_segment();
  if (meter_) meter_->gap();
}

void AudioOverview::add(const Window& window) {
  if (!is_begun_) start_wallclock_us_ = window.wallclock_us;
  is_begun_ = true;
  if (window.sample > next_sample_) add_gap(window.sample);
  const auto channels = static_cast<size_t>(format_.channels);
  const auto first = static_cast<size_t>(next_sample_ - window.sample);  // what an earlier window has given
  const auto valid = static_cast<size_t>(std::min(window.valid_samples, window.sample_count()));
  if (first >= valid) return;
  const std::span<const float> samples = window.samples.subspan(first * channels, (valid - first) * channels);
  interleaved_.resize(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) interleaved_[i] = std::isfinite(samples[i]) ? samples[i] : 0;
  for (size_t c = 0; c < channels; ++c) {
    planes_[c].resize(valid - first);
    for (size_t i = 0; i < planes_[c].size(); ++i) planes_[c][i] = interleaved_[i * channels + c];
    add_samples(lanes_[lanes_.size() == 1 ? 0 : c], next_sample_, planes_[c]);
  }
  spectrogram_->process(next_sample_, planes_);
  if (meter_) measure_loudness(interleaved_);
  next_sample_ += static_cast<int64_t>(valid - first);
}

void AudioOverview::measure_loudness(std::span<const double> interleaved) {
  const auto channels = static_cast<size_t>(format_.channels);
  const int64_t period = std::max(format_.rate_hz / kLoudnessReadsPerSecond, 1);
  for (int64_t sample = next_sample_; !interleaved.empty();) {
    const auto room = static_cast<size_t>((sample / period + 1) * period - sample) * channels;
    const auto part = interleaved.first(std::min(room, interleaved.size()));
    meter_->process(part);
    interleaved = interleaved.subspan(part.size());
    const int64_t last = sample + static_cast<int64_t>(part.size() / channels) - 1;
    sample = last + 1;
    if (part.size() < room) return;
    LoudnessCell reading;
    reading.lowest_momentary_lufs = reading.highest_momentary_lufs = meter_->momentary_lufs();
    reading.momentary_values = std::isnan(meter_->momentary_lufs()) ? 0 : 1;
    reading.short_term_values = std::isnan(meter_->short_term_lufs()) ? 0 : 1;
    if (reading.short_term_values > 0) reading.short_term_energy = std::pow(10, meter_->short_term_lufs() / 10);
    loudness_.at(last).merge(reading);
  }
}

void AudioOverview::finish() {
  spectrogram_->end_segment();
  if (!meter_) return;
  totals_.integrated_lufs = meter_->integrated_lufs();
  totals_.range_lu = meter_->range_lu();
  totals_.true_peak = meter_->take_maxima().true_peak;
}

}  // namespace astream
