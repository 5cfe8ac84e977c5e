// The groups mel and logmel in all flavours; mel_style.hpp has what tells them apart.
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/kaldi_fbank.hpp"
#include "dsp/features/mel_spectrum.hpp"

namespace astream {

namespace {

// AST's normalisation to its AudioSet statistics (feature_extraction_audio_spectrogram_transformer.py).
constexpr double kAstMean = -4.2677393;
constexpr double kAstDeviation = 4.5689974;

class Mel final : public FrameFeature {
 public:
  explicit Mel(const FeatureContext& context)
      : spectrum_(context, mel_style_info(context.options.mel.style),
                  context.options.mel.power.value_or(mel_style_info(context.options.mel.style).power), "mel") {}
  SpectrumNeeds spectrum_needs() const override { return spectrum_.needs(); }
  void compute(const AnalysisFrame& frame, std::span<double> out) override { spectrum_.compute(frame, out); }

 private:
  MelSpectrum spectrum_;
};

class LogMel final : public FrameFeature {
 public:
  explicit LogMel(const FeatureContext& context)
      : style_(mel_style_info(context.options.mel.style)),
        spectrum_(context, style_, context.options.mel.power.value_or(style_.power), "logmel") {}

  SpectrumNeeds spectrum_needs() const override { return spectrum_.needs(); }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    spectrum_.compute(frame, out);
    const double parameter = style_.log_parameter;
    if (style_.log == MelLog::ln_offset) {
      for (double& value : out) value = std::log(value + parameter);
    } else if (style_.log == MelLog::whisper) {
      for (double& value : out) value = (floored_db_from_power(value) / 10 + 4) / 4;
    } else {
      for (double& value : out) value = floored_db_from_power(value);
    }
  }

  /// Whisper shows nothing that is more than 8 (80 dB) below the loudest value of the clip.
  void finish_window(const PatchColumns& patch) override {
    if (style_.log != MelLog::whisper) return;
    double loudest = kMinusInfinity;
    for (int64_t t = 0; t < patch.frames; ++t)
      for (int m = 0; m < patch.columns; ++m) loudest = std::max(loudest, patch.values[t * patch.stride + m]);
    for (int64_t t = 0; t < patch.frames; ++t)
      for (int m = 0; m < patch.columns; ++m) {
        double& value = patch.values[t * patch.stride + m];
        value = std::max(value, loudest - 2);
      }
  }

 private:
  MelStyleInfo style_;
  MelSpectrum spectrum_;
};

/// The styles kaldi and ast: Kaldi's chain. AST first subtracts the clip's mean, which the chain's own removal of each
/// frame's mean makes void.
class KaldiMel final : public FrameFeature {
 public:
  KaldiMel(const FeatureContext& context, bool is_log)
      : style_(mel_style_info(context.options.mel.style)),
        is_log_(is_log),
        fbank_(context, style_, mel_count_of(context.options, style_), is_log ? "logmel" : "mel") {}

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    fbank_.compute(frame.samples, out);
    if (!is_log_) return;
    for (double& value : out) value = kaldi_log(value);
    if (style_.style == MelStyle::ast)
      for (double& value : out) value = (value - kAstMean) / (2 * kAstDeviation);
  }

  /// AST's extractor pads the log-mel matrix with zeros before it normalises.
  bool fill_padding(std::span<double> out) override {
    if (style_.style != MelStyle::ast || !is_log_) return false;
    for (double& value : out) value = -kAstMean / (2 * kAstDeviation);
    return true;
  }

 private:
  MelStyleInfo style_;
  bool is_log_;
  KaldiFbank fbank_;
};

bool is_kaldi(const FeatureContext& context) {
  return mel_style_info(context.options.mel.style).is_kaldi();
}

int mel_count(const FeatureContext& context) {
  return mel_count_of(context.options, mel_style_info(context.options.mel.style));
}

}  // namespace

std::unique_ptr<FrameFeature> make_mel(const FeatureContext& context) {
  if (is_kaldi(context)) return std::make_unique<KaldiMel>(context, false);
  return std::make_unique<Mel>(context);
}

std::unique_ptr<FrameFeature> make_logmel(const FeatureContext& context) {
  if (is_kaldi(context)) return std::make_unique<KaldiMel>(context, true);
  return std::make_unique<LogMel>(context);
}

std::vector<std::string> mel_columns(const FeatureContext& context) {
  return numbered_columns("mel_", mel_count(context));
}

std::vector<std::string> logmel_columns(const FeatureContext& context) {
  return numbered_columns("logmel_", mel_count(context));
}

}  // namespace astream
