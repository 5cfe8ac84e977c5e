#include "dsp/level_meter.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/flush_denormals.hpp"

namespace astream {

namespace {

constexpr double kAes17Gain_db = 3.010299956639812;  // 20 log10(sqrt 2)
constexpr int kLowestLoudnessRate_hz = 4000;
constexpr double kEveryRate_hz = 384'000;
constexpr size_t kFixedColumns = 10;

std::string percent_text(double percent) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), percent).ptr};
}

}  // namespace

LevelMeter::LevelMeter(AudioFormat format, LevelMeterOptions options)
    : format_(format), options_(std::move(options)), open_(empty_sums()), total_(empty_sums()) {
  if (options_.bands_per_octave != 0 && options_.bands_per_octave != 1 && options_.bands_per_octave != 3)
    throw Error(ErrorKind::usage, "levels: bands are octaves or thirds of them");
  for (const double percent : options_.percentiles) {
    if (!(percent >= 0 && percent <= 100)) throw Error(ErrorKind::usage, "levels: a percentile is 0 to 100");
  }
  if (format.rate_hz >= kLowestLoudnessRate_hz) {
    const bool is_doubled = options_.is_dual_mono && format.channels == 1;
    loudness_.emplace(format.rate_hz, format.channels, is_doubled ? std::vector{2.0} : std::vector<double>{});
  }
  const auto channels = static_cast<size_t>(format.channels);
  if (options_.bands_per_octave > 0)
    filters_.assign(channels, OctaveFilterBank(format.rate_hz, options_.bands_per_octave));
  if (!options_.percentiles.empty()) percentiles_.assign(channels, PercentileLevels(format.rate_hz));
}

std::vector<std::string> LevelMeter::columns(const LevelMeterOptions& options) {
  std::vector<std::string> names = {"peak_dbfs", "rms_dbfs", "clipped_samples", "truepeak_dbtp", "lufs_m",
                                    "lufs_s",    "lufs_i",   "lra_lu",          "lufs_m_max",    "lufs_s_max"};
  const std::string unit = options.calibration_db ? "_db" : "_dbfs";
  for (const double percent : options.percentiles) names.push_back("la" + percent_text(percent) + unit);
  if (options.bands_per_octave > 0) {
    for (const OctaveBand& band : octave_bands_below(kEveryRate_hz, options.bands_per_octave))
      names.push_back((options.bands_per_octave == 3 ? "leq3_" : "leq1_") + band.nominal_hz);
  }
  return names;
}

LevelMeter::Sums LevelMeter::empty_sums() const {
  return {std::vector<ChannelSums>(static_cast<size_t>(format_.channels)), 0, kNan, kNan};
}

void LevelMeter::Sums::add(const Sums& other) {
  for (size_t c = 0; c < channels.size(); ++c) {
    ChannelSums& sum = channels[c];
    const ChannelSums& more = other.channels[c];
    sum.peak = std::max(sum.peak, more.peak);
    sum.true_peak = std::max(sum.true_peak, more.true_peak);
    sum.sum_squares += more.sum_squares;
    sum.clipped_samples += more.clipped_samples;
    for (size_t b = 0; b < sum.bands.size(); ++b) sum.bands[b] += more.bands[b];
  }
  samples += other.samples;
  momentary_lufs = std::fmax(momentary_lufs, other.momentary_lufs);
  short_term_lufs = std::fmax(short_term_lufs, other.short_term_lufs);
}

void LevelMeter::process(std::span<const float> samples) {
  const FlushDenormals flush;
  samples_.resize(samples.size());
  std::ranges::transform(samples, samples_.begin(), [this](float sample) {
    if (std::isfinite(sample)) return static_cast<double>(sample);
    ++nonfinite_samples_;
    return 0.0;
  });
  if (loudness_) loudness_->process(samples_);
  const auto channels = static_cast<size_t>(format_.channels);
  channel_.resize(samples.size() / channels);
  for (size_t c = 0; c < channels; ++c) {
    for (size_t i = 0; i < channel_.size(); ++i) channel_[i] = samples_[i * channels + c];
    process_channel(c);
  }
  open_.samples += static_cast<int64_t>(channel_.size());
}

/// The samples in channel_.
void LevelMeter::process_channel(size_t channel) {
  ChannelSums& sums = open_.channels[channel];
  for (const double x : channel_) {
    const double magnitude = std::abs(x);
    sums.peak = std::max(sums.peak, magnitude);
    sums.sum_squares += x * x;
    sums.clipped_samples += magnitude >= kClip ? 1 : 0;
  }
  if (!filters_.empty()) filters_[channel].process(channel_, sums.bands);
  if (!percentiles_.empty()) percentiles_[channel].process(channel_);
}

/// Into the open interval, what the loudness meter keeps of it.
void LevelMeter::take_maxima() {
  if (!loudness_) return;
  const std::span<const double> peaks = loudness_->channel_true_peaks();
  for (size_t c = 0; c < peaks.size(); ++c)
    open_.channels[c].true_peak = std::max(open_.channels[c].true_peak, peaks[c]);
  const LoudnessMaxima maxima = loudness_->take_maxima();
  open_.momentary_lufs = std::fmax(open_.momentary_lufs, maxima.momentary_lufs);
  open_.short_term_lufs = std::fmax(open_.short_term_lufs, maxima.short_term_lufs);
}

void LevelMeter::write_values(const Sums& sums, size_t channel, std::span<double> out) const {
  const ChannelSums& of_channel = sums.channels[channel];
  const auto count = static_cast<double>(sums.samples);
  const bool is_empty = sums.samples == 0;
  out[0] = is_empty ? kNan : db_from_amplitude(of_channel.peak);
  out[1] = is_empty ? kNan : db_from_power(of_channel.sum_squares / count) + (options_.is_aes17 ? kAes17Gain_db : 0);
  out[2] = static_cast<double>(of_channel.clipped_samples);
  out[3] = is_empty || !loudness_ ? kNan : db_from_amplitude(of_channel.true_peak);
  out[4] = loudness_ ? loudness_->momentary_lufs() : kNan;
  out[5] = loudness_ ? loudness_->short_term_lufs() : kNan;
  out[6] = loudness_ ? loudness_->integrated_lufs() : kNan;
  out[7] = loudness_ ? loudness_->range_lu() : kNan;
  out[8] = sums.momentary_lufs;
  out[9] = sums.short_term_lufs;
  const size_t bands_at = kFixedColumns + options_.percentiles.size();
  const size_t band_count = filters_.empty() ? 0 : filters_[channel].band_count();
  for (size_t i = bands_at; i < out.size(); ++i) {
    const size_t band = i - bands_at;
    out[i] = is_empty || band >= band_count
                 ? kNan
                 : db_from_power(of_channel.bands[band] / count) + options_.calibration_db.value_or(0);
  }
}

void LevelMeter::interval_values(int channel, std::span<double> out) {
  take_maxima();
  const auto c = static_cast<size_t>(channel);
  write_values(open_, c, out);
  for (size_t i = 0; i < options_.percentiles.size(); ++i)
    out[kFixedColumns + i] =
        percentiles_[c].interval_level_db(options_.percentiles[i]) + options_.calibration_db.value_or(0);
}

void LevelMeter::total_values(int channel, std::span<double> out) {
  take_maxima();
  Sums sums = total_;
  sums.add(open_);
  const auto c = static_cast<size_t>(channel);
  write_values(sums, c, out);
  for (size_t i = 0; i < options_.percentiles.size(); ++i)
    out[kFixedColumns + i] =
        percentiles_[c].total_level_db(options_.percentiles[i]) + options_.calibration_db.value_or(0);
}

void LevelMeter::next_interval() {
  take_maxima();
  total_.add(open_);
  open_ = empty_sums();
  for (PercentileLevels& levels : percentiles_) levels.next_interval();
}

}  // namespace astream
