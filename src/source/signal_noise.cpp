// Noise whose every sample can be computed on its own: white from a counter, coloured by filters that begin anew at
// fixed positions.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "source/signal_wave.hpp"

namespace astream {

namespace {

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), addressed
/// by position.
class WhiteChannel {
 public:
  WhiteChannel(uint64_t seed, uint64_t channel) : state_(mixed(mixed(seed + kStep) + mixed(channel * kStep))) {}

  /// Uniform in -1..1 (both ends excluded), in steps of 2^-52: its float has no bias.
  double at(int64_t position) const {
    const uint64_t bits = mixed(state_ + (static_cast<uint64_t>(position) + 1) * kStep);
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-51 - 1;
  }

 private:
  static constexpr uint64_t kStep = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio

  static uint64_t mixed(uint64_t z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }

  uint64_t state_;
};

std::vector<WhiteChannel> make_channels(uint64_t seed, int channels) {
  std::vector<WhiteChannel> result;
  for (int c = 0; c < channels; ++c) result.emplace_back(seed, static_cast<uint64_t>(c));
  return result;
}

class WhiteWave : public Wave {
 public:
  WhiteWave(uint64_t seed, double peak) : seed_(seed), peak_(peak) {}

  void fill(int64_t position, std::span<float> to, int channels) override {
    const auto stride = static_cast<size_t>(channels);
    if (sources_.size() != stride) sources_ = make_channels(seed_, channels);
    for (size_t i = 0; i < to.size(); i += stride, ++position) {
      for (size_t c = 0; c < stride; ++c) to[i + c] = static_cast<float>(peak_ * sources_[c].at(position));
    }
  }

 private:
  uint64_t seed_;
  double peak_;
  std::vector<WhiteChannel> sources_;
};

/// A cascade of one-pole filters, of which some have a zero. All corners are parts of the rate.
///
/// pink: poles 2 octaves apart with a zero half way between each and the next fall by 3 dB per octave on average (G.
/// Corsini, R. Saletti, "A 1/f^gamma power spectrum noise sequence generator", IEEE Trans. Instrum. Meas. 37, 1988);
/// the ripple is 0.02 dB. brown: one pole, below which the spectrum is flat, so that the noise stays bounded.
class ColorFilter {
 public:
  explicit ColorFilter(NoiseColor color) {
    const auto decay = [](double corner) { return std::exp(-2 * std::numbers::pi * corner); };
    stage_count_ = color == NoiseColor::pink ? kMaxStages : 1;
    for (size_t k = 0; k < stage_count_; ++k) {
      const double corner = kLowestCorner * std::pow(4.0, static_cast<double>(k));
      stages_[k].pole = decay(corner);
      stages_[k].zero = color == NoiseColor::pink ? decay(2 * corner) : 0;
    }
  }

  double process(double value) {
    for (size_t k = 0; k < stage_count_; ++k) {
      Stage& stage = stages_[k];
      const double state = value + stage.pole * stage.state;
      value = state - stage.zero * stage.state;
      stage.state = state;
    }
    return value;
  }

  /// After so many samples nothing of the state before is left in a float: the slowest pole has a time constant of
  /// 1 / (2 pi kLowestCorner) = 1304 samples, and this is 25 of them.
  static constexpr int64_t kRunInSamples = 32768;

 private:
  static constexpr double kLowestCorner = 0x1p-13;  // 5.9 Hz at 48 kHz
  static constexpr size_t kMaxStages = 7;
  struct Stage {
    double pole = 0;
    double zero = 0;
    double state = 0;
  };
  std::array<Stage, kMaxStages> stages_;
  size_t stage_count_ = 0;
};

/// RMS of the filter's answer to white noise that is uniform in -1..1 (whose variance is 1/3).
double colored_rms(ColorFilter filter) {
  double energy = 0;
  for (int64_t i = 0; i < ColorFilter::kRunInSamples; ++i) {
    const double answer = filter.process(i == 0 ? 1 : 0);
    energy += answer * answer;
  }
  return std::sqrt(energy / 3);
}

/// Filtered noise in blocks at fixed positions, each from a filter that starts empty kRunInSamples before the block. So
/// any sample costs one block at most, and where two blocks meet the difference to one endless filter is below a
/// float's resolution.
class ColoredWave : public Wave {
 public:
  ColoredWave(NoiseColor color, uint64_t seed, double peak)
      : seed_(seed), peak_(peak), filter_(color), gain_(peak * kRmsBelowPeak / colored_rms(filter_)) {}

  void fill(int64_t position, std::span<float> to, int channels) override {
    const auto stride = static_cast<size_t>(channels);
    if (sources_.size() != stride) sources_ = make_channels(seed_, channels);
    while (!to.empty()) {
      const int64_t index = position / kBlock;
      if (index != block_index_) compute(index);
      const auto first = static_cast<size_t>(position % kBlock);
      const size_t count = std::min(kBlock - first, to.size() / stride);
      std::copy_n(block_.data() + first * stride, count * stride, to.data());
      to = to.subspan(count * stride);
      position += static_cast<int64_t>(count);
    }
  }

 private:
  static constexpr size_t kBlock = 65536;
  static constexpr double kRmsBelowPeak = 0.17782794100389228;  // -15 dB

  void compute(int64_t index) {
    const size_t stride = sources_.size();
    const int64_t start = index * static_cast<int64_t>(kBlock);
    block_.resize(kBlock * stride);
    for (size_t c = 0; c < stride; ++c) {
      ColorFilter filter = filter_;
      // Positions before the stream's start have noise too: its first sample is like any other.
      for (int64_t n = start - ColorFilter::kRunInSamples; n < start; ++n) filter.process(sources_[c].at(n));
      for (size_t i = 0; i < kBlock; ++i) {
        const double value = gain_ * filter.process(sources_[c].at(start + static_cast<int64_t>(i)));
        block_[i * stride + c] = static_cast<float>(std::clamp(value, -peak_, peak_));
      }
    }
    block_index_ = index;
  }

  uint64_t seed_;
  double peak_;
  ColorFilter filter_;
  double gain_;
  std::vector<WhiteChannel> sources_;
  std::vector<float> block_;
  int64_t block_index_ = -1;
};

}  // namespace

std::unique_ptr<Wave> make_noise_wave(NoiseColor color, uint64_t seed, double peak) {
  if (color == NoiseColor::white) return std::make_unique<WhiteWave>(seed, peak);
  return std::make_unique<ColoredWave>(color, seed, peak);
}

}  // namespace astream
