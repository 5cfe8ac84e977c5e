// Where frequencies stand on an axis: linear, logarithmic, or by the mel scale of the HTK Book. Pure.
#pragma once

namespace astream {

enum class FrequencyScale { linear, log, mel };

class FrequencyAxis {
 public:
  /// 0 <= low_hz < high_hz; log needs low_hz > 0. Throws Error(usage) otherwise.
  FrequencyAxis(FrequencyScale scale, double low_hz, double high_hz);

  FrequencyScale scale() const { return scale_; }
  double low_hz() const { return low_hz_; }
  double high_hz() const { return high_hz_; }
  /// 0 at low_hz, 1 at high_hz; beyond them outside of 0..1.
  double position_of(double hz) const;
  double hz_at(double position) const;

 private:
  double warp(double hz) const;

  FrequencyScale scale_;
  double low_hz_, high_hz_;
  double low_, span_;
};

}  // namespace astream
