// Mel-frequency cepstral coefficients as librosa, torchaudio and Kaldi define them.
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/kaldi_fbank.hpp"
#include "dsp/features/mel_spectrum.hpp"

namespace astream {

namespace {

using std::numbers::pi;

/// The first rows of the orthonormal DCT-II, row-major.
std::vector<double> dct_rows(int rows, int columns) {
  std::vector<double> matrix;
  for (int k = 0; k < rows; ++k)
    for (int j = 0; j < columns; ++j)
      matrix.push_back(k == 0 ? std::sqrt(1.0 / columns)
                              : std::sqrt(2.0 / columns) * std::cos(pi * k * (j + 0.5) / columns));
  return matrix;
}

void multiply(std::span<const double> matrix, std::span<const double> x, std::span<double> out) {
  for (size_t k = 0; k < out.size(); ++k) {
    double sum = 0;
    for (size_t j = 0; j < x.size(); ++j) sum += matrix[k * x.size() + j] * x[j];
    out[k] = sum;
  }
}

MfccStyle style_of(const FeatureOptions& options) {
  if (options.mfcc.style) return *options.mfcc.style;
  if (options.mel.style == MelStyle::torchaudio) return MfccStyle::torchaudio;
  return mel_style_info(options.mel.style).is_kaldi() ? MfccStyle::kaldi : MfccStyle::librosa;
}

/// The flavour of the mel bank under the coefficients.
const MelStyleInfo& mel_style_of(const FeatureOptions& options) {
  const MelStyleInfo& mel = mel_style_info(options.mel.style);
  switch (style_of(options)) {
    case MfccStyle::torchaudio:
      return mel_style_info(MelStyle::torchaudio);
    case MfccStyle::kaldi:
      return mel_style_info(MelStyle::kaldi);
    case MfccStyle::librosa:
      break;
  }
  return mel.is_kaldi() ? mel_style_info(MelStyle::librosa) : mel;
}

int coefficient_count(const FeatureOptions& options) {
  const int mel_count = mel_count_of(options, mel_style_of(options));
  const int usual[] = {20, 40, 13};
  const int count =
      options.mfcc.coefficient_count.value_or(std::min(mel_count, usual[static_cast<size_t>(style_of(options))]));
  if (count < 1 || count > mel_count)
    throw Error(ErrorKind::usage,
                "mfcc: " + std::to_string(count) + " coefficients of " + std::to_string(mel_count) + " mel bands");
  return count;
}

/// librosa and torchaudio: the transform of the log-mel spectrum in dB.
class Mfcc final : public FrameFeature {
 public:
  explicit Mfcc(const FeatureContext& context)
      : spectrum_(context, mel_style_of(context.options),
                  context.options.mel.power.value_or(mel_style_of(context.options).power), "mfcc"),
        mel_(static_cast<size_t>(spectrum_.mel_count())) {
    const int count = coefficient_count(context.options);
    dct_ = dct_rows(count, spectrum_.mel_count());
    const double lifter = context.options.mfcc.lifter.value_or(0);
    for (int i = 0; i < count; ++i) gains_.push_back(lifter > 0 ? 1 + lifter / 2 * std::sin(pi * (i + 1) / lifter) : 1);
  }

  SpectrumNeeds spectrum_needs() const override { return spectrum_.needs(); }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    spectrum_.compute(frame, mel_);
    for (double& value : mel_) value = floored_db_from_power(value);
    multiply(dct_, mel_, out);
    for (size_t i = 0; i < out.size(); ++i) out[i] *= gains_[i];
  }

 private:
  MelSpectrum spectrum_;
  std::vector<double> mel_;
  std::vector<double> dct_;
  std::vector<double> gains_;
};

/// kaldi feat/feature-mfcc.cc.
class KaldiMfcc final : public FrameFeature {
 public:
  explicit KaldiMfcc(const FeatureContext& context)
      : options_(context.options.kaldi),
        fbank_(context, mel_style_info(MelStyle::kaldi), mel_count_of(context.options, mel_style_of(context.options)),
               "mfcc"),
        mel_(static_cast<size_t>(mel_count_of(context.options, mel_style_of(context.options)))) {
    const int count = coefficient_count(context.options);
    dct_ = dct_rows(count, static_cast<int>(mel_.size()));
    const double lifter = context.options.mfcc.lifter.value_or(22);
    for (int i = 0; i < count; ++i) gains_.push_back(lifter > 0 ? 1 + lifter / 2 * std::sin(pi * i / lifter) : 1);
  }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    fbank_.compute(frame.samples, mel_);
    for (double& value : mel_) value = kaldi_log(value);
    multiply(dct_, mel_, out);
    for (size_t i = 0; i < out.size(); ++i) out[i] *= gains_[i];
    if (options_.uses_energy) out[0] = fbank_.log_energy();
    if (options_.is_htk_compatible) {
      const double first = options_.uses_energy ? out[0] : out[0] * std::numbers::sqrt2;
      for (size_t i = 1; i < out.size(); ++i) out[i - 1] = out[i];
      out.back() = first;
    }
  }

 private:
  KaldiOptions options_;
  KaldiFbank fbank_;
  std::vector<double> mel_;
  std::vector<double> dct_;
  std::vector<double> gains_;
};

}  // namespace

std::unique_ptr<FrameFeature> make_mfcc(const FeatureContext& context) {
  if (style_of(context.options) == MfccStyle::kaldi) return std::make_unique<KaldiMfcc>(context);
  return std::make_unique<Mfcc>(context);
}

std::vector<std::string> mfcc_columns(const FeatureContext& context) {
  return numbered_columns("mfcc_", coefficient_count(context.options));
}

}  // namespace astream
