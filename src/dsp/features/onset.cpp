// Onset strength as librosa.onset.onset_strength: mean over mel bands of what rises in dB from frame to frame.
#include <algorithm>

#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/mel_spectrum.hpp"

namespace astream {

namespace {

class Onset final : public FrameFeature {
 public:
  explicit Onset(const FeatureContext& context)
      : spectrum_(context, mel_style_info(MelStyle::librosa), 2, "onset"),
        mel_(static_cast<size_t>(spectrum_.mel_count())),
        previous_(mel_),
        // librosa moves the result by the time from a frame's start to its centre; a frame later for the difference.
        delay_(context.options.onset.is_shifted
                   ? static_cast<size_t>(context.frames.fft_size / (2 * context.frames.hop_samples))
                   : 0) {}

  SpectrumNeeds spectrum_needs() const override { return spectrum_.needs(); }
  void start_run() override {
    has_previous_ = false;
    std::fill(delay_.begin(), delay_.end(), 0.0);
    next_ = 0;
  }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    spectrum_.compute(frame, mel_);
    double rise = 0;
    for (size_t m = 0; m < mel_.size(); ++m) {
      mel_[m] = floored_db_from_power(mel_[m]);
      rise += std::max(0.0, mel_[m] - previous_[m]);
    }
    double value = has_previous_ ? rise / static_cast<double>(mel_.size()) : 0;
    has_previous_ = true;
    mel_.swap(previous_);
    if (!delay_.empty()) {
      std::swap(value, delay_[next_]);
      next_ = (next_ + 1) % delay_.size();
    }
    out[0] = value;
  }

 private:
  MelSpectrum spectrum_;
  std::vector<double> mel_;
  std::vector<double> previous_;
  bool has_previous_ = false;
  std::vector<double> delay_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<FrameFeature> make_onset(const FeatureContext& context) {
  return std::make_unique<Onset>(context);
}

}  // namespace astream
