#include "dsp/features/octave_filter_bank.hpp"

namespace astream {

OctaveFilterBank::OctaveFilterBank(double rate_hz, int bands_per_octave) {
  const std::vector<OctaveBand> bands = octave_bands_below(rate_hz, bands_per_octave);
  band_count_ = bands.size();
  for (size_t b = 0; b < bands.size(); ++b) {
    const auto sections = octave_band_filter(bands[b], rate_hz);
    for (size_t s = 0; s < kOctaveFilterSections; ++s) {
      gain_[s][b] = sections[s].b0;
      a1_[s][b] = sections[s].a1;
      a2_[s][b] = sections[s].a2;
    }
  }
}

void OctaveFilterBank::process(std::span<const double> samples, BandValues& sums) {
  for (const double sample : samples) {
    BandValues x;
    x.fill(sample);
    // All bands side by side, so that the compiler can take several at once.
    for (size_t s = 0; s < kOctaveFilterSections; ++s) {
      for (size_t b = 0; b < kMaxBands; ++b) {
        const double y = gain_[s][b] * x[b] + z1_[s][b];
        z1_[s][b] = z2_[s][b] - a1_[s][b] * y;
        z2_[s][b] = -gain_[s][b] * x[b] - a2_[s][b] * y;
        x[b] = y;
      }
    }
    for (size_t b = 0; b < kMaxBands; ++b) sums[b] += x[b] * x[b];
  }
}

}  // namespace astream
