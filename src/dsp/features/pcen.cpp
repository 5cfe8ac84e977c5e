// Per-channel energy normalisation (Wang et al. 2017), as librosa.pcen with max_size 1.
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/mel_spectrum.hpp"

namespace astream {

namespace {

class Pcen final : public FrameFeature {
 public:
  explicit Pcen(const FeatureContext& context)
      : options_(context.options.pcen),
        spectrum_(context, mel_style_info(MelStyle::librosa), options_.input_power, "pcen"),
        smooth_(static_cast<size_t>(spectrum_.mel_count())),
        saved_(smooth_) {
    if (!(options_.gain >= 0 && options_.bias >= 0 && options_.power >= 0 && options_.time_constant_s > 0 &&
          options_.epsilon > 0))
      throw Error(ErrorKind::usage, "pcen: gain, bias and power must not be negative, time constant and eps positive");
    const double frames = options_.time_constant_s * context.rate_hz() / context.frames.hop_samples;
    step_ = (std::sqrt(1 + 4 * frames * frames) - 1) / (2 * frames * frames);
    begin();
  }

  SpectrumNeeds spectrum_needs() const override { return spectrum_.needs(); }
  void start_run() override {
    if (options_.resets_per_window) begin();
  }
  void save_state() override { saved_ = smooth_; }
  void restore_state() override {
    if (!options_.resets_per_window) smooth_ = saved_;
  }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    spectrum_.compute(frame, out);
    for (size_t m = 0; m < out.size(); ++m) {
      const double energy = out[m] * options_.input_scale;
      smooth_[m] = has_begun_ || !options_.starts_at_first ? (1 - step_) * smooth_[m] + step_ * energy : energy;
      out[m] = compressed(energy, smooth_[m]);
    }
    has_begun_ = true;
  }

 private:
  void begin() {
    has_begun_ = false;
    // librosa's filter starts at 1 whatever the signal (lfilter_zi is not scaled by it).
    for (double& value : smooth_) value = 1;
  }

  /// (E / (eps + M)^gain + bias)^power - bias^power without cancellation; limits for power 0 and bias 0.
  double compressed(double energy, double smooth) const {
    const double slow = std::exp(-options_.gain * (std::log(options_.epsilon) + std::log1p(smooth / options_.epsilon)));
    const double ratio = energy * slow;
    if (options_.power == 0) return std::log1p(ratio);
    if (options_.bias == 0) return std::pow(ratio, options_.power);
    return std::pow(options_.bias, options_.power) * std::expm1(options_.power * std::log1p(ratio / options_.bias));
  }

  PcenOptions options_;
  MelSpectrum spectrum_;
  double step_ = 0;
  bool has_begun_ = false;
  std::vector<double> smooth_;
  std::vector<double> saved_;
};

}  // namespace

std::unique_ptr<FrameFeature> make_pcen(const FeatureContext& context) {
  return std::make_unique<Pcen>(context);
}

std::vector<std::string> pcen_columns(const FeatureContext& context) {
  return numbered_columns("pcen_", mel_count_of(context.options, mel_style_info(MelStyle::librosa)));
}

}  // namespace astream
