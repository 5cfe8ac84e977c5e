// The group loudness: a LoudnessMeter over all channels, read at the end of each row.
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/loudness_meter.hpp"

namespace astream {

namespace {

std::vector<double> weights_of(const FeatureContext& context) {
  const LoudnessOptions& options = context.options.loudness;
  if (options.channel_weights.empty() && options.is_dual_mono && context.channels == 1) return {2.0};
  return options.channel_weights;
}

class Loudness final : public RunningFeature {
 public:
  explicit Loudness(const FeatureContext& context)
      : meter_(context.rate_hz(), context.channels, weights_of(context)),
        segments_(static_cast<size_t>(context.max_segments_per_row)) {}

  void process(std::span<const double> samples) override { meter_.process(samples); }
  void close_segment(size_t slot) override { segments_[slot] = meter_.take_maxima(); }
  void gap() override { meter_.gap(); }

  void row(const SegmentRange& range, std::span<double> out) override {
    LoudnessMaxima maxima{kNan, kNan, 0};
    for (int64_t i = 0; i < range.count; ++i) {
      const LoudnessMaxima& segment = segments_[range.slot(i)];
      maxima.momentary_lufs = std::fmax(maxima.momentary_lufs, segment.momentary_lufs);
      maxima.short_term_lufs = std::fmax(maxima.short_term_lufs, segment.short_term_lufs);
      maxima.true_peak = std::fmax(maxima.true_peak, segment.true_peak);
    }
    out[0] = meter_.momentary_lufs();
    out[1] = meter_.short_term_lufs();
    out[2] = meter_.integrated_lufs();
    out[3] = meter_.range_lu();
    out[4] = db_from_amplitude(maxima.true_peak);
    out[5] = maxima.momentary_lufs;
    out[6] = maxima.short_term_lufs;
  }

 private:
  LoudnessMeter meter_;
  std::vector<LoudnessMaxima> segments_;
};

}  // namespace

std::unique_ptr<RunningFeature> make_loudness(const FeatureContext& context) {
  return std::make_unique<Loudness>(context);
}

}  // namespace astream
