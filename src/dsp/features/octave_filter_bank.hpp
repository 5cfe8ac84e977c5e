// The octave or third-octave filters of one channel side by side, and the energy that came through each.
//
// Bands are those of octave_bands_below(). Not thread-safe, never throws, allocates at construction only.
#pragma once

#include <array>
#include <span>

#include "dsp/features/octave_bands.hpp"

namespace astream {

class OctaveFilterBank {
 public:
  static constexpr size_t kMaxBands = 32;
  using BandValues = std::array<double, kMaxBands>;

  /// `bands_per_octave` 1 or 3.
  OctaveFilterBank(double rate_hz, int bands_per_octave);

  size_t band_count() const { return band_count_; }
  /// Filters one channel's samples and adds the square of each band's output to `sums`.
  void process(std::span<const double> samples, BandValues& sums);

 private:
  size_t band_count_ = 0;
  std::array<BandValues, kOctaveFilterSections> gain_{}, a1_{}, a2_{}, z1_{}, z2_{};
};

}  // namespace astream
