// Spectral contrast in octave bands (Jiang et al. 2002), as librosa.feature.spectral_contrast without top_db.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

constexpr double kQuantile = 0.02;

/// Octave bands above the lowest whose lower edge lies below half the rate.
int octave_count(const FeatureContext& context) {
  const SpectralOptions& options = context.options.spectral;
  if (!(options.contrast_low_hz > 0) || options.contrast_octaves < 1 || options.contrast_octaves > 32)
    throw Error(ErrorKind::usage, "contrast: the lowest edge must be positive, the number of octaves 1 to 32");
  int octaves = 0;
  while (octaves < options.contrast_octaves && options.contrast_low_hz * std::pow(2, octaves) < context.rate_hz() / 2.0)
    ++octaves;
  if (octaves < 1) throw Error(ErrorKind::usage, "contrast: the sample rate is too low for these bands");
  return octaves;
}

class Contrast final : public FrameFeature {
 public:
  explicit Contrast(const FeatureContext& context) : sorted_(static_cast<size_t>(context.bins())) {
    const int octaves = octave_count(context);
    const double low_hz = context.options.spectral.contrast_low_hz;
    for (int band = 0; band <= octaves; ++band)
      add_band(context, band, band == 0 ? 0 : low_hz * std::pow(2, band - 1), low_hz * std::pow(2, band),
               band == octaves);
    if (octaves < context.options.spectral.contrast_octaves)
      context.note("contrast: at this sample rate only " + std::to_string(octaves + 1) + " bands fit");
  }

  SpectrumNeeds spectrum_needs() const override { return {true, false}; }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    for (size_t band = 0; band < bands_.size(); ++band) {
      const Band& b = bands_[band];
      const auto begin = sorted_.begin(), end = sorted_.begin() + b.bin_count;
      std::copy_n(frame.magnitude.begin() + b.first_bin, b.bin_count, begin);
      std::sort(begin, end);
      double valley = 0, peak = 0;
      for (int i = 0; i < b.quantile_bins; ++i) {
        valley += begin[i];
        peak += end[-1 - i];
      }
      // The logarithm of power is taken of magnitudes: so does librosa.
      out[band] = floored_db_from_power(peak / b.quantile_bins) - floored_db_from_power(valley / b.quantile_bins);
    }
  }

 private:
  struct Band {
    int first_bin, bin_count, quantile_bins;
  };

  void add_band(const FeatureContext& context, int band, double low_hz, double high_hz, bool is_last) {
    int first = context.bins(), last = -1;
    for (int k = 0; k < context.bins(); ++k) {
      const double hz = context.bin_hz(k);
      if (hz < low_hz || hz > high_hz) continue;
      first = std::min(first, k);
      last = k;
    }
    if (last < 0) throw Error(ErrorKind::usage, "contrast: a band holds no bin; a longer frame would help");
    if (band > 0) first = std::max(0, first - 1);
    if (is_last) last = context.bins() - 1;
    const int bins = last - first + 1;
    const int quantile_bins = std::max(1, static_cast<int>(std::rint(kQuantile * bins)));
    const int used = bins - (is_last ? 0 : 1);
    if (used < quantile_bins)
      throw Error(ErrorKind::usage, "contrast: a band holds too few bins; a longer frame would help");
    bands_.push_back({first, used, quantile_bins});
  }

  std::vector<Band> bands_;
  std::vector<double> sorted_;
};

}  // namespace

std::unique_ptr<FrameFeature> make_contrast(const FeatureContext& context) {
  return std::make_unique<Contrast>(context);
}

std::vector<std::string> contrast_columns(const FeatureContext& context) {
  return numbered_columns("contrast_", octave_count(context) + 1);
}

}  // namespace astream
