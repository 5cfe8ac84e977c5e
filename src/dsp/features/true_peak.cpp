#include "dsp/features/true_peak.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace astream {

TruePeakMeter::TruePeakMeter(int rate_hz, int channels)
    : channels_(channels),
      factor_(rate_hz < 96000    ? 4
              : rate_hz < 192000 ? 2
                                 : 1),
      history_(static_cast<size_t>(2 * kTaps * channels)),
      peaks_(static_cast<size_t>(channels)) {
  const int half = kTaps * factor_ / 2;
  for (int phase = 1; phase < factor_; ++phase) {
    for (int tap = kTaps - 1; tap >= 0; --tap) {  // the oldest sample comes first
      const double m = tap * factor_ + phase - half;
      const double x = std::numbers::pi * m / factor_;
      const double hann = 0.5 + 0.5 * std::cos(std::numbers::pi * m / half);
      taps_.push_back(std::sin(x) / x * hann);
    }
  }
}

void TruePeakMeter::process(std::span<const double> interleaved) {
  const size_t channels = static_cast<size_t>(channels_);
  for (size_t i = 0; i < interleaved.size(); i += channels) {
    for (size_t c = 0; c < channels; ++c) {
      const double x = interleaved[i + c];
      double* const line = history_.data() + c * 2 * kTaps;
      line[next_] = line[next_ + kTaps] = x;
      double peak = std::max(peaks_[c], std::abs(x));  // phase 0 is the sample itself
      const double* const latest = line + next_ + 1;
      for (size_t phase = 0; phase + 1 < static_cast<size_t>(factor_); ++phase) {
        const double* const taps = taps_.data() + phase * kTaps;
        double even = 0, odd = 0;
        for (int tap = 0; tap < kTaps; tap += 2) {
          even += taps[tap] * latest[tap];
          odd += taps[tap + 1] * latest[tap + 1];
        }
        peak = std::max(peak, std::abs(even + odd));
      }
      peaks_[c] = peak;
    }
    next_ = (next_ + 1) % kTaps;
  }
}

double TruePeakMeter::take_peak() {
  double largest = 0;
  for (double& peak : peaks_) largest = std::max(largest, std::exchange(peak, 0.0));
  return largest;
}

void TruePeakMeter::restart() {
  std::fill(history_.begin(), history_.end(), 0.0);
}

}  // namespace astream
