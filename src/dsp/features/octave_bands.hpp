// Octave and third-octave bands of IEC 61260-1: base-10 centre frequencies and class 1 filters. Pure functions.
//
// The filters are Butterworth band-passes with eight poles by the bilinear transform, unity gain in the middle.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "dsp/biquad.hpp"

namespace astream {

inline constexpr size_t kOctaveFilterSections = 4;

struct OctaveBand {
  std::string nominal_hz;  ///< "31.5", "1000"
  double low_hz, high_hz;  ///< exact edges
};

/// `bands_per_octave` 1 or 3; bands whose upper edge lies above 0.49 of the rate are left out.
std::vector<OctaveBand> octave_bands_below(double rate_hz, int bands_per_octave);

std::array<BiquadCoefficients, kOctaveFilterSections> octave_band_filter(const OctaveBand& band, double rate_hz);

}  // namespace astream
