#include "source/signal_wave.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace astream {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;

/// Part of a turn as a 64-bit fraction: sums and products wrap as phases do.
using Phase = uint64_t;

/// hz / rate, to the last of 64 bits. Long division: doubling and subtracting are exact in doubles here.
Phase phase_step(double hz, int rate_hz) {
  double rest = std::fmod(hz, rate_hz);
  Phase step = 0;
  for (int bit = 0; bit < 64; ++bit) {
    rest *= 2;
    const bool is_set = rest >= rate_hz;
    if (is_set) rest -= rate_hz;
    step = step << 1 | (is_set ? 1U : 0U);
  }
  return step + (rest * 2 >= rate_hz ? 1U : 0U);
}

/// A sine by rotation: the exact phase at the start of each block of kBlock samples, turned on by a table. The blocks
/// stand at fixed positions, so that a sample does not depend on where reading began.
class ToneWave : public Wave {
 public:
  ToneWave(double hz, int rate_hz, double peak)
      : step_(phase_step(hz, rate_hz)),
        rate_hz_(rate_hz),
        whole_hz_(hz == std::floor(hz) ? static_cast<int64_t>(hz) : 0),
        peak_(peak) {
    for (size_t i = 0; i < kBlock; ++i) {
      const double angle = angle_at(static_cast<int64_t>(i));
      sines_[i] = std::sin(angle);
      cosines_[i] = std::cos(angle);
    }
  }

  void fill(int64_t position, std::span<float> to, int channels) override {
    const auto stride = static_cast<size_t>(channels);
    while (!to.empty()) {
      const auto first = static_cast<size_t>(position % kBlock);
      const size_t count = std::min(kBlock - first, to.size() / stride);
      const double angle = angle_at(position - static_cast<int64_t>(first));
      const double sine = peak_ * std::sin(angle);
      const double cosine = peak_ * std::cos(angle);
      for (size_t i = 0; i < count; ++i) {
        const auto value = static_cast<float>(sine * cosines_[first + i] + cosine * sines_[first + i]);
        std::fill_n(to.data() + i * stride, stride, value);
      }
      to = to.subspan(count * stride);
      position += static_cast<int64_t>(count);
    }
  }

 private:
  static constexpr size_t kBlock = 1024;

  double angle_at(int64_t position) const {
    if (whole_hz_ > 0) {
      const int64_t turns = position % rate_hz_ * whole_hz_ % rate_hz_;
      return kTurn * static_cast<double>(turns) / rate_hz_;
    }
    const Phase phase = static_cast<Phase>(position) * step_;
    return kTurn * 0x1p-64 * static_cast<double>(static_cast<int64_t>(phase));
  }

  Phase step_;
  int64_t rate_hz_;
  int64_t whole_hz_;  ///< 0 when the frequency is not whole
  double peak_;
  std::array<double, kBlock> sines_{};
  std::array<double, kBlock> cosines_{};
};

class SweepWave : public Wave {
 public:
  SweepWave(double from_hz, double to_hz, int64_t total_samples, int rate_hz, double peak)
      : from_turns_(from_hz / rate_hz),
        growth_(total_samples > 0 ? std::log(to_hz / from_hz) / static_cast<double>(total_samples) : 0),
        peak_(peak) {}

  void fill(int64_t position, std::span<float> to, int channels) override {
    const auto stride = static_cast<size_t>(channels);
    for (size_t i = 0; i < to.size(); i += stride) {
      const auto n = static_cast<double>(position++);
      // The integral of from * e^(growth * n); expm1 keeps it exact for slow sweeps.
      const double turns = growth_ == 0 ? from_turns_ * n : from_turns_ * std::expm1(growth_ * n) / growth_;
      const double sine = std::sin(kTurn * (turns - std::floor(turns)));
      std::fill_n(to.data() + i, stride, static_cast<float>(peak_ * sine));
    }
  }

 private:
  double from_turns_;
  double growth_;
  double peak_;
};

class SilenceWave : public Wave {
 public:
  void fill(int64_t, std::span<float> to, int) override { std::fill(to.begin(), to.end(), 0.0F); }
};

}  // namespace

std::unique_ptr<Wave> make_tone_wave(double hz, int rate_hz, double peak) {
  return std::make_unique<ToneWave>(hz, rate_hz, peak);
}

std::unique_ptr<Wave> make_sweep_wave(double from_hz, double to_hz, int64_t total_samples, int rate_hz, double peak) {
  return std::make_unique<SweepWave>(from_hz, to_hz, total_samples, rate_hz, peak);
}

std::unique_ptr<Wave> make_silence_wave() {
  return std::make_unique<SilenceWave>();
}

}  // namespace astream
