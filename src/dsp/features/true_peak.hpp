// True-peak estimation by oversampling (ITU-R BS.1770-5, annex 2): fourfold below 96 kHz, twofold below 192 kHz.
//
// A Hann-windowed sinc with twelve taps a phase. Holds the state of all channels; not thread-safe, never throws.
#pragma once

#include <span>
#include <vector>

namespace astream {

class TruePeakMeter {
 public:
  TruePeakMeter(int rate_hz, int channels);

  void process(std::span<const double> interleaved);
  /// The largest magnitude over all channels since the last call, linear.
  double take_peak();
  /// The same of each channel, without forgetting it.
  std::span<const double> channel_peaks() const { return peaks_; }
  /// Forgets the samples before (a gap), not the peak.
  void restart();

 private:
  static constexpr int kTaps = 12;

  int channels_;
  int factor_;
  std::vector<double> taps_;     ///< per phase after the first, in the order of the delay line
  std::vector<double> history_;  ///< per channel twice kTaps, so that the latest kTaps always stand in one piece
  int next_ = 0;
  std::vector<double> peaks_;  ///< of each channel
};

}  // namespace astream
