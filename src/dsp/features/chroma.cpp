// Chroma: energy of the twelve pitch classes, as librosa.feature.chroma_stft with tuning 0.
//
// The filterbank is that of librosa.filters.chroma (after Ellis 2007): Gaussian bumps a bin wide around each pitch
// class, columns of unit norm, weighted by octave around A at 440 / 16 * 2^5 Hz.
#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

constexpr int kClasses = 12;
constexpr double kLowestAHz = 440.0 / 16;
constexpr double kTiny = 1e-300;

class Chroma final : public FrameFeature {
 public:
  explicit Chroma(const FeatureContext& context) : bins_(static_cast<size_t>(context.bins())) {
    weights_.resize(bins_ * kClasses);
    const std::vector<double> pitches = bin_pitches(context);
    for (size_t k = 0; k < bins_; ++k)
      set_column(k, pitches[k], k + 1 < pitches.size() ? std::max(pitches[k + 1] - pitches[k], 1.0) : 1);
  }

  SpectrumNeeds spectrum_needs() const override { return {false, true}; }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    std::array<double, kClasses> sums{};
    for (size_t k = 0; k < bins_; ++k)
      for (size_t c = 0; c < kClasses; ++c) sums[c] += weights_[k * kClasses + c] * frame.power[k];
    const double loudest = *std::max_element(sums.begin(), sums.end());
    for (size_t c = 0; c < kClasses; ++c) out[c] = loudest > kTiny ? sums[c] / loudest : sums[c];
  }

 private:
  /// In semitones above the lowest A, for every bin of the whole transform; bin 0 lies 1.5 octaves below bin 1.
  static std::vector<double> bin_pitches(const FeatureContext& context) {
    std::vector<double> pitches(1);
    for (int k = 1; k < context.frames.fft_size; ++k)
      pitches.push_back(kClasses * std::log2(context.bin_hz(k) / kLowestAHz));
    pitches[0] = pitches.size() > 1 ? pitches[1] - 1.5 * kClasses : 0;
    return pitches;
  }

  void set_column(size_t bin, double pitch, double width) {
    std::array<double, kClasses> column{};
    double sum_squares = 0;
    for (int c = 0; c < kClasses; ++c) {
      const double shifted = pitch - c + kClasses / 2.0 + 10 * kClasses;
      const double distance = shifted - kClasses * std::floor(shifted / kClasses) - kClasses / 2.0;
      const double value = std::exp(-0.5 * (2 * distance / width) * (2 * distance / width));
      column[static_cast<size_t>(c)] = value;
      sum_squares += value * value;
    }
    const double octave = (pitch / kClasses - 5) / 2;
    const double gain = std::exp(-0.5 * octave * octave) / std::sqrt(sum_squares);
    // Counted from A above, from C in the result.
    for (size_t c = 0; c < kClasses; ++c) weights_[bin * kClasses + (c + 9) % kClasses] = column[c] * gain;
  }

  size_t bins_;
  std::vector<double> weights_;  ///< bin-major
};

}  // namespace

std::unique_ptr<FrameFeature> make_chroma(const FeatureContext& context) {
  return std::make_unique<Chroma>(context);
}

}  // namespace astream
