#include "dsp/features/mel_spectrum.hpp"

#include <cmath>

#include "base/error.hpp"

namespace astream {

namespace {

MelFilterbankSpec filterbank_spec(const FeatureContext& context, const MelStyleInfo& style) {
  const MelOptions& options = context.options.mel;
  MelFilterbankSpec spec;
  spec.rate_hz = context.rate_hz();
  spec.fft_size = context.frames.fft_size;
  spec.mel_count = mel_count_of(context.options, style);
  spec.low_hz = options.low_hz.value_or(style.low_hz);
  spec.high_hz = options.high_hz.value_or(style.high_hz > 0 ? style.high_hz : context.rate_hz() / 2.0);
  spec.scale = options.scale.value_or(style.scale);
  spec.is_straight_in_mel = style.is_straight_in_mel;
  spec.is_area_normalised = options.is_area_normalised.value_or(style.is_area_normalised);
  spec.has_dc = !style.is_straight_in_mel;
  spec.has_whole_hz_nyquist = style.style == MelStyle::torchaudio;
  return spec;
}

}  // namespace

MelSpectrum::MelSpectrum(const FeatureContext& context, const MelStyleInfo& style, double power,
                         const std::string& name)
    : power_(power),
      gain_(std::pow(context.options.mel.input_scale, power)),
      bank_(filterbank_spec(context, style)),
      raised_(static_cast<size_t>(context.bins())) {
  if (!(power > 0)) throw Error(ErrorKind::usage, "the power of a mel spectrum must be positive");
  note_empty_filters(context, bank_, name);
}

SpectrumNeeds MelSpectrum::needs() const {
  if (power_ == 1) return {true, false};
  return {false, true};
}

void MelSpectrum::compute(const AnalysisFrame& frame, std::span<double> mel) {
  if (power_ == 1) {
    bank_.apply(frame.magnitude, mel);
  } else if (power_ == 2) {
    bank_.apply(frame.power, mel);
  } else {
    for (size_t k = 0; k < raised_.size(); ++k) raised_[k] = std::pow(frame.power[k], power_ / 2);
    bank_.apply(raised_, mel);
  }
  if (gain_ != 1)
    for (double& value : mel) value *= gain_;
}

int mel_count_of(const FeatureOptions& options, const MelStyleInfo& style) {
  return options.mel.mel_count.value_or(style.mel_count);
}

void note_empty_filters(const FeatureContext& context, const MelFilterbank& bank, const std::string& name) {
  const std::vector<int> empty = bank.empty_filters();
  if (empty.empty()) return;
  std::string text = name + ": no spectral bin falls into mel band";
  text += empty.size() > 1 ? "s" : "";
  for (const int mel : empty) text += " " + std::to_string(mel);
  context.note(text + "; a longer transform or fewer bands would fill them");
}

}  // namespace astream
