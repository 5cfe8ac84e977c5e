// The spectrum itself: magnitude, power or dB of every bin, unscaled, as amplitudes, or as a power spectral density.
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

class Spectrum final : public FrameFeature {
 public:
  explicit Spectrum(const FeatureContext& context) : kind_(context.options.spectrum.kind) {
    double sum = 0, sum_squares = 0;
    for (const double w : make_window(context.frames.window, context.frames.window_samples)) {
      sum += w;
      sum_squares += w * w;
    }
    for (int k = 0; k < context.bins(); ++k) {
      // Both halves of the spectrum fall on one bin, except at 0 and at half the rate.
      const bool is_single = k == 0 || 2 * k == context.frames.fft_size;
      const double sides = is_single ? 1 : 2;
      switch (context.options.spectrum.scale) {
        case SpectrumScale::none:
          power_gains_.push_back(1);
          break;
        case SpectrumScale::amplitude:
          power_gains_.push_back(sides / sum * (sides / sum));
          break;
        case SpectrumScale::psd:
          power_gains_.push_back(sides / (context.rate_hz() * sum_squares));
          break;
      }
    }
  }

  SpectrumNeeds spectrum_needs() const override { return {false, true}; }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    for (size_t k = 0; k < out.size(); ++k) {
      const double power = frame.power[k] * power_gains_[k];
      out[k] = kind_ == SpectrumKind::power ? power
               : kind_ == SpectrumKind::db  ? floored_db_from_power(power)
                                            : std::sqrt(power);
    }
  }

 private:
  SpectrumKind kind_;
  std::vector<double> power_gains_;
};

}  // namespace

std::unique_ptr<FrameFeature> make_spectrum(const FeatureContext& context) {
  return std::make_unique<Spectrum>(context);
}

std::vector<std::string> spectrum_columns(const FeatureContext& context) {
  switch (context.options.spectrum.kind) {
    case SpectrumKind::magnitude:
      return numbered_columns("mag_", context.bins());
    case SpectrumKind::power:
      return numbered_columns("power_", context.bins());
    case SpectrumKind::db:
      break;
  }
  return numbered_columns("db_", context.bins());
}

}  // namespace astream
