#include "dsp/features/mel_scale.hpp"

#include <cmath>

namespace astream {

namespace {

// Slaney's scale: linear (3 mel per 200 Hz) below 1 kHz = 15 mel, 27 steps per factor 6.4 above.
constexpr double kBreakHz = 1000;
constexpr double kBreakMel = 15;

}  // namespace

double mel_from_hz(double hz, MelScale scale) {
  switch (scale) {
    case MelScale::htk:
      return 2595 * std::log10(1 + hz / 700);
    case MelScale::kaldi:
      return 1127 * std::log1p(hz / 700);
    case MelScale::slaney:
      break;
  }
  return hz < kBreakHz ? hz * 3 / 200 : kBreakMel + 27 * std::log(hz / kBreakHz) / std::log(6.4);
}

double hz_from_mel(double mel, MelScale scale) {
  switch (scale) {
    case MelScale::htk:
      return 700 * (std::pow(10, mel / 2595) - 1);
    case MelScale::kaldi:
      return 700 * std::expm1(mel / 1127);
    case MelScale::slaney:
      break;
  }
  return mel < kBreakMel ? mel * 200 / 3 : kBreakHz * std::exp(std::log(6.4) / 27 * (mel - kBreakMel));
}

}  // namespace astream
