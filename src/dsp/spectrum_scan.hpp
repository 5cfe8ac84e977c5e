// The spectrum that a display shows: of the mean of all channels, in bands of equal width on a logarithmic frequency
// scale, in dBFS of a sine.
//
// A Hann window of about 85 ms; a sine of amplitude A reads 20 log10(A) in its band, whatever the band's width. Bands
// narrower than a bin of the FFT are interpolated between bins. One object a stream; not thread-safe; allocates at
// construction only.
#pragma once

#include <span>
#include <vector>

#include "base/audio.hpp"
#include "dsp/fft.hpp"

namespace astream {

class SpectrumScan {
 public:
  /// `bands` >= 1 of them from `low_hz` to high_hz().
  SpectrumScan(AudioFormat format, double low_hz, int bands);

  double low_hz() const { return low_hz_; }
  double high_hz() const { return high_hz_; }
  /// Lower edge of band `band` (0 .. bands).
  double edge_hz(double band) const;

  /// Interleaved samples, of any number.
  void push(std::span<const float> samples);
  /// Levels of the latest samples in dBFS, never below kFloor_db; lowest frequency first. Valid until the next call.
  std::span<const double> scan();

  static constexpr double kFloor_db = -160;

 private:
  double level_db(double band) const;

  AudioFormat format_;
  double low_hz_, high_hz_;
  RealFft fft_;
  std::vector<double> window_;
  double scale_;                ///< makes a sine's bin its amplitude
  std::vector<double> latest_;  ///< ring of the samples
  size_t next_ = 0;
  std::vector<double> bins_;  ///< power, 1 is a full-scale sine
  std::vector<double> levels_db_;
};

}  // namespace astream
