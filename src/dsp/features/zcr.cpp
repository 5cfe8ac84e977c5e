// Zero-crossing rate as librosa.feature.zero_crossing_rate: crossings inside the frame over the frame's length.
#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

/// librosa's threshold: what is not below it counts as positive.
constexpr double kZeroBelow = -1e-10;

class Zcr final : public FrameFeature {
 public:
  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    // librosa pads centred frames with the edge value, where nothing crosses: so only the real part is looked at.
    const size_t begin = static_cast<size_t>(frame.padding_before_samples);
    const size_t end = frame.samples.size() - static_cast<size_t>(frame.padding_after_samples);
    int crossings = 0;
    for (size_t i = begin + 1; i < end; ++i)
      crossings += (frame.samples[i - 1] < kZeroBelow) != (frame.samples[i] < kZeroBelow);
    out[0] = static_cast<double>(crossings) / static_cast<double>(frame.samples.size());
  }
};

}  // namespace

std::unique_ptr<FrameFeature> make_zcr(const FeatureContext&) {
  return std::make_unique<Zcr>();
}

}  // namespace astream
