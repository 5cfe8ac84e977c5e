#include "dsp/features/kaldi_fbank.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "dsp/features/feature_makers.hpp"
#include "dsp/features/mel_spectrum.hpp"

namespace astream {

namespace {

constexpr double kLeastEnergy = 1.1920928955078125e-07;
/// The group `fbank` counts as today's speech recognisers do (icefall, WeNet), not as Kaldi's own default of 23.
constexpr int kFbankMelCount = 80;

int transform_size(const FeatureContext& context) {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(context.frames.frame_samples)));
}

MelFilterbankSpec filterbank_spec(const FeatureContext& context, const MelStyleInfo& style, int mel_count) {
  MelFilterbankSpec spec;
  spec.rate_hz = context.rate_hz();
  spec.fft_size = transform_size(context);
  spec.mel_count = mel_count;
  spec.low_hz = context.options.mel.low_hz.value_or(style.low_hz);
  spec.high_hz = context.options.mel.high_hz.value_or(context.rate_hz() / 2.0);
  spec.scale = MelScale::kaldi;
  spec.is_straight_in_mel = true;
  spec.has_nyquist = false;
  return spec;
}

WindowSpec window_spec(const FeatureContext& context, const MelStyleInfo& style) {
  return context.options.frame.window.value_or(WindowSpec{style.window, 0, true});
}

class Fbank final : public FrameFeature {
 public:
  explicit Fbank(const FeatureContext& context)
      : fbank_(context, mel_style_info(MelStyle::kaldi), context.options.mel.mel_count.value_or(kFbankMelCount),
               "fbank") {}

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    fbank_.compute(frame.samples, out);
    for (double& value : out) value = kaldi_log(value);
  }

 private:
  KaldiFbank fbank_;
};

}  // namespace

KaldiFbank::KaldiFbank(const FeatureContext& context, const MelStyleInfo& style, int mel_count, const std::string& name)
    : options_(context.options.kaldi),
      input_scale_(context.options.mel.input_scale),
      window_(make_window(window_spec(context, style), context.frames.frame_samples)),
      fft_(transform_size(context)),
      bank_(filterbank_spec(context, style, mel_count)),
      spectrum_(static_cast<size_t>(fft_.bins())) {
  note_empty_filters(context, bank_, name);
}

void KaldiFbank::compute(std::span<const double> samples, std::span<double> mel) {
  const std::span<double> x = fft_.samples();
  const size_t count = samples.size();
  double mean = 0;
  for (size_t i = 0; i < count; ++i) {
    x[i] = samples[i] * input_scale_;
    mean += x[i];
  }
  mean = options_.removes_dc ? mean / static_cast<double>(count) : 0;
  double energy = 0;
  for (size_t i = 0; i < count; ++i) {
    x[i] -= mean;
    energy += x[i] * x[i];
  }
  log_energy_ = kaldi_log(energy);
  if (options_.energy_floor > 0) log_energy_ = std::max(log_energy_, std::log(options_.energy_floor));
  for (size_t i = count - 1; i > 0; --i) x[i] = (x[i] - options_.preemphasis * x[i - 1]) * window_[i];
  x[0] = (x[0] - options_.preemphasis * x[0]) * window_[0];
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(count), x.end(), 0.0);
  fft_.forward();
  const auto bins = fft_.spectrum();
  for (size_t k = 0; k < spectrum_.size(); ++k) {
    const double power = std::norm(bins[k]);
    spectrum_[k] = options_.uses_power ? power : std::sqrt(power);
  }
  bank_.apply(spectrum_, mel);
}

double kaldi_log(double energy) {
  return std::log(std::max(kLeastEnergy, energy));
}

std::unique_ptr<FrameFeature> make_fbank(const FeatureContext& context) {
  return std::make_unique<Fbank>(context);
}

std::vector<std::string> fbank_columns(const FeatureContext& context) {
  return numbered_columns("fbank_", context.options.mel.mel_count.value_or(kFbankMelCount));
}

}  // namespace astream
