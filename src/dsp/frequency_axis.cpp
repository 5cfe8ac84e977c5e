#include "dsp/frequency_axis.hpp"

#include <cmath>

#include "base/error.hpp"
#include "dsp/features/mel_scale.hpp"

namespace astream {

FrequencyAxis::FrequencyAxis(FrequencyScale scale, double low_hz, double high_hz)
    : scale_(scale), low_hz_(low_hz), high_hz_(high_hz) {
  if (!(low_hz >= 0 && low_hz < high_hz)) {
    throw Error(ErrorKind::usage, "a frequency axis must begin below its end");
  }
  if (scale == FrequencyScale::log && low_hz == 0) {
    throw Error(ErrorKind::usage, "a logarithmic frequency axis can't begin at 0 Hz");
  }
  low_ = warp(low_hz);
  span_ = warp(high_hz) - low_;
}

double FrequencyAxis::warp(double hz) const {
  switch (scale_) {
    case FrequencyScale::log:
      return std::log(hz);
    case FrequencyScale::mel:
      return mel_from_hz(hz, MelScale::htk);
    case FrequencyScale::linear:
      break;
  }
  return hz;
}

double FrequencyAxis::position_of(double hz) const {
  return (warp(hz) - low_) / span_;
}

double FrequencyAxis::hz_at(double position) const {
  const double warped = low_ + position * span_;
  switch (scale_) {
    case FrequencyScale::log:
      return std::exp(warped);
    case FrequencyScale::mel:
      return hz_from_mel(warped, MelScale::htk);
    case FrequencyScale::linear:
      break;
  }
  return warped;
}

}  // namespace astream
