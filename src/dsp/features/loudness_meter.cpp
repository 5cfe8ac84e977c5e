#include "dsp/features/loudness_meter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

constexpr int kSubBlocksPerSecond = 100;
constexpr int kMomentarySubBlocks = 40;
constexpr int kShortTermSubBlocks = 300;
constexpr int kStepSubBlocks = 10;  ///< gated blocks begin every 100 ms
constexpr double kLowestLufs = -70;
constexpr int kBinsPerLu = 100;
constexpr int kBins = 100 * kBinsPerLu;

double lufs_from_energy(double energy) {
  return -0.691 + db_from_power(energy);
}

double nan_max(double a, double b) {
  return std::isnan(a) ? b : std::isnan(b) ? a : std::max(a, b);
}

}  // namespace

LoudnessHistogram::LoudnessHistogram() : counts_(kBins), energies_(kBins) {}

void LoudnessHistogram::add(double energy) {
  const double lufs = lufs_from_energy(energy);
  if (!(lufs >= kLowestLufs)) return;
  const int bin = std::min(static_cast<int>((lufs - kLowestLufs) * kBinsPerLu), kBins - 1);
  ++counts_[static_cast<size_t>(bin)];
  energies_[static_cast<size_t>(bin)] += energy;
  ++block_count_;
  energy_sum_ += energy;
}

/// A bin counts as a whole, by the mean of its blocks.
size_t LoudnessHistogram::first_bin_above(double energy) const {
  const double lufs = std::max(lufs_from_energy(energy), kLowestLufs);
  size_t bin = static_cast<size_t>(std::min(static_cast<int>((lufs - kLowestLufs) * kBinsPerLu), kBins - 1));
  if (counts_[bin] > 0 && energies_[bin] / static_cast<double>(counts_[bin]) < energy) ++bin;
  return bin;
}

double LoudnessHistogram::gated_lufs() const {
  if (is_empty()) return kMinusInfinity;
  const double gate = energy_sum_ / static_cast<double>(block_count_) * 0.1;
  double sum = 0;
  int64_t count = 0;
  for (size_t bin = first_bin_above(gate); bin < counts_.size(); ++bin) {
    sum += energies_[bin];
    count += counts_[bin];
  }
  return count > 0 ? lufs_from_energy(sum / static_cast<double>(count)) : kMinusInfinity;
}

double LoudnessHistogram::range_lu() const {
  if (is_empty()) return 0;
  const size_t first = first_bin_above(energy_sum_ / static_cast<double>(block_count_) * 0.01);
  int64_t total = 0;
  for (size_t bin = first; bin < counts_.size(); ++bin) total += counts_[bin];
  const auto percentile = [&](double share) {
    // The 1-based index of the sorted list that EBU Tech 3342 takes.
    const int64_t index = static_cast<int64_t>(std::round(static_cast<double>(total - 1) * share + 1));
    int64_t passed = 0;
    for (size_t bin = first; bin < counts_.size(); ++bin) {
      passed += counts_[bin];
      if (passed >= index) return lufs_from_energy(energies_[bin] / static_cast<double>(counts_[bin]));
    }
    return kLowestLufs;
  };
  return total > 0 ? percentile(0.95) - percentile(0.10) : 0;
}

LoudnessMeter::LoudnessMeter(int rate_hz, int channels, std::vector<double> weights)
    : rate_hz_(rate_hz),
      weights_(weights.empty() ? default_channel_weights(channels) : std::move(weights)),
      true_peak_(rate_hz, channels),
      ring_(kShortTermSubBlocks),
      momentary_lufs_(kNan),
      short_term_lufs_(kNan),
      max_momentary_lufs_(kNan),
      max_short_term_lufs_(kNan) {
  if (weights_.size() != static_cast<size_t>(channels))
    throw Error(ErrorKind::usage, "loudness: " + std::to_string(weights_.size()) + " channel weights for " +
                                      std::to_string(channels) + " channels");
  if (rate_hz < 4000) throw Error(ErrorKind::usage, "loudness needs a sample rate of at least 4000 Hz");
  const auto sections = k_weighting(rate_hz);
  filters_.assign(weights_.size(), BiquadCascade(sections));
}

void LoudnessMeter::process(std::span<const double> interleaved) {
  true_peak_.process(interleaved);
  const size_t channels = weights_.size();
  for (size_t i = 0; i < interleaved.size(); i += channels) {
    for (size_t c = 0; c < channels; ++c) {
      if (weights_[c] == 0) continue;
      const double y = filters_[c].process(interleaved[i + c]);
      open_.energy += weights_[c] * y * y;
    }
    ++open_.samples;
    if (++position_ * kSubBlocksPerSecond >= (sub_block_count_ + 1) * rate_hz_) close_sub_block();
  }
}

void LoudnessMeter::close_sub_block() {
  ring_[static_cast<size_t>(sub_block_count_ % kShortTermSubBlocks)] = open_;
  open_ = {};
  ++sub_block_count_;
  const bool is_step = sub_block_count_ % kStepSubBlocks == 0;
  if (sub_block_count_ >= kMomentarySubBlocks) {
    const double energy = latest_energy(kMomentarySubBlocks);
    momentary_lufs_ = lufs_from_energy(energy);
    max_momentary_lufs_ = nan_max(max_momentary_lufs_, momentary_lufs_);
    if (is_step) blocks_.add(energy);
    has_block_ = true;
  }
  if (sub_block_count_ >= kShortTermSubBlocks) {
    const double energy = latest_energy(kShortTermSubBlocks);
    short_term_lufs_ = lufs_from_energy(energy);
    max_short_term_lufs_ = nan_max(max_short_term_lufs_, short_term_lufs_);
    if (is_step) long_blocks_.add(energy);
    has_long_block_ = true;
  }
}

double LoudnessMeter::latest_energy(int count) const {
  SubBlock sum;  // added up anew each time: a running difference would drift
  for (int64_t i = sub_block_count_ - count; i < sub_block_count_; ++i) {
    const SubBlock& block = ring_[static_cast<size_t>(i % kShortTermSubBlocks)];
    sum.energy += block.energy;
    sum.samples += block.samples;
  }
  return sum.energy / static_cast<double>(sum.samples);
}

double LoudnessMeter::integrated_lufs() const {
  return has_block_ ? blocks_.gated_lufs() : kNan;
}
double LoudnessMeter::range_lu() const {
  return has_long_block_ ? long_blocks_.range_lu() : kNan;
}

LoudnessMaxima LoudnessMeter::take_maxima() {
  const LoudnessMaxima maxima{max_momentary_lufs_, max_short_term_lufs_, true_peak_.take_peak()};
  max_momentary_lufs_ = max_short_term_lufs_ = kNan;
  return maxima;
}

void LoudnessMeter::gap() {
  open_ = {};
  position_ = sub_block_count_ = 0;
  momentary_lufs_ = short_term_lufs_ = kNan;
  true_peak_.restart();
}

std::vector<double> default_channel_weights(int channels) {
  constexpr double kSide = 1.41;  // BS.1770-5, table 4: azimuth 60 to 120 degrees
  switch (channels) {
    case 4:  // FL FR BL BR
      return {1, 1, kSide, kSide};
    case 5:  // FL FR FC SL SR
      return {1, 1, 1, kSide, kSide};
    case 6:  // FL FR FC LFE SL SR
      return {1, 1, 1, 0, kSide, kSide};
    case 7:  // FL FR FC LFE BC SL SR
      return {1, 1, 1, 0, 1, kSide, kSide};
    case 8:  // FL FR FC LFE BL BR SL SR
      return {1, 1, 1, 0, 1, 1, kSide, kSide};
    default:
      return std::vector<double>(static_cast<size_t>(channels), 1.0);
  }
}

std::array<BiquadCoefficients, 2> k_weighting(double rate_hz) {
  // The analogue prototype behind BS.1770's 48 kHz coefficients, found by solving its bilinear transform backwards.
  constexpr double kShelfHz = 1681.974450955533, kShelfDb = 3.999843853973347, kShelfQ = 0.7071752369554196;
  constexpr double kShelfExponent = 0.4996667741545416;
  constexpr double kHighPassHz = 38.13547087602444, kHighPassQ = 0.5003270373238773;
  const double k = std::tan(std::numbers::pi * kShelfHz / rate_hz);
  const double vh = std::pow(10, kShelfDb / 20), vb = std::pow(vh, kShelfExponent);
  const double a0 = 1 + k / kShelfQ + k * k;
  const BiquadCoefficients shelf{(vh + vb * k / kShelfQ + k * k) / a0, 2 * (k * k - vh) / a0,
                                 (vh - vb * k / kShelfQ + k * k) / a0, 2 * (k * k - 1) / a0,
                                 (1 - k / kShelfQ + k * k) / a0};
  const double h = std::tan(std::numbers::pi * kHighPassHz / rate_hz);
  const double h0 = 1 + h / kHighPassQ + h * h;
  return {shelf, {1, -2, 1, 2 * (h * h - 1) / h0, (1 - h / kHighPassQ + h * h) / h0}};
}

}  // namespace astream
