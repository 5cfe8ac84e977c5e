// Frequency weightings A and C of IEC 61672-1: the analogue curves, and digital filters fitted to them at any rate.
//
// The filter has matched-z poles, the curve's zeros at 0 Hz and two more zeros fitted by least squares in dB on a
// logarithmic grid from 20 Hz to 0.475 of the rate; it stays within 0.2 dB of the curve up to 0.45 of the rate
// (bilinear designs miss by several dB there). Pure functions.
#pragma once

#include <vector>

#include "dsp/biquad.hpp"

namespace astream {

enum class Weighting { a, c };

/// The analogue curve in dB, 0 at 1 kHz.
double weighting_db(Weighting weighting, double hz);

std::vector<BiquadCoefficients> make_weighting_filter(Weighting weighting, double rate_hz);

}  // namespace astream
