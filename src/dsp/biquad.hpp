// Second-order filter sections in double precision (transposed direct form II) and cascades of them.
//
// Plain values: copying copies the state. Not thread-safe, never throws, allocates at construction only.
#pragma once

#include <complex>
#include <span>
#include <vector>

namespace astream {

/// y = b0 x + b1 x[-1] + b2 x[-2] - a1 y[-1] - a2 y[-2]
struct BiquadCoefficients {
  double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;

  /// The response at `normalised_hz` = f / rate.
  std::complex<double> response(double normalised_hz) const;
};

class BiquadCascade {
 public:
  BiquadCascade() = default;
  explicit BiquadCascade(std::span<const BiquadCoefficients> sections) {
    for (const BiquadCoefficients& section : sections) sections_.push_back({section, 0, 0});
  }

  double process(double x) {
    for (Section& section : sections_) {
      const BiquadCoefficients& c = section.c;
      const double y = c.b0 * x + section.z1;
      section.z1 = c.b1 * x - c.a1 * y + section.z2;
      section.z2 = c.b2 * x - c.a2 * y;
      x = y;
    }
    return x;
  }

  /// Back to silence.
  void reset() {
    for (Section& section : sections_) section.z1 = section.z2 = 0;
  }

 private:
  struct Section {
    BiquadCoefficients c;
    double z1 = 0, z2 = 0;
  };
  std::vector<Section> sections_;
};

/// Magnitude of a cascade in dB at `normalised_hz` = f / rate.
double cascade_gain_db(std::span<const BiquadCoefficients> sections, double normalised_hz);

}  // namespace astream
