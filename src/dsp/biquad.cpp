#include "dsp/biquad.hpp"

#include <cmath>
#include <numbers>

namespace astream {

std::complex<double> BiquadCoefficients::response(double normalised_hz) const {
  const std::complex<double> z1 = std::polar(1.0, -2 * std::numbers::pi * normalised_hz);
  const std::complex<double> z2 = z1 * z1;
  return (b0 + b1 * z1 + b2 * z2) / (1.0 + a1 * z1 + a2 * z2);
}

double cascade_gain_db(std::span<const BiquadCoefficients> sections, double normalised_hz) {
  double gain_db = 0;
  for (const BiquadCoefficients& section : sections)
    gain_db += 20 * std::log10(std::abs(section.response(normalised_hz)));
  return gain_db;
}

}  // namespace astream
