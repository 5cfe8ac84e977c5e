// The group vad: the voice activity detector's decisions, summed up per row.
#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/voice_activity.hpp"

namespace astream {

namespace {

using Totals = VoiceActivityDetector::Totals;

class Vad final : public RunningFeature {
 public:
  explicit Vad(const FeatureContext& context)
      : floor_db_(context.options.level.floor_db),
        detector_(context.rate_hz(), context.options.vad),
        segments_(static_cast<size_t>(context.max_segments_per_row)) {}

  void process(std::span<const double> samples) override { detector_.process(samples); }

  void close_segment(size_t slot) override {
    const Totals& now = detector_.totals();
    segments_[slot] = {now.decisions - counted_.decisions, now.active - counted_.active, now.energy - counted_.energy};
    counted_ = now;
    detector_.take_segments();  // rows do not show them, and they must not pile up
  }

  void row(const SegmentRange& range, std::span<double> out) override {
    Totals sum;
    for (int64_t i = 0; i < range.count; ++i) {
      const Totals& segment = segments_[range.slot(i)];
      sum.decisions += segment.decisions;
      sum.active += segment.active;
      sum.energy += segment.energy;
    }
    // A row that is shorter than a step of the detector shows its present state.
    const bool is_majority = sum.decisions > 0 ? 2 * sum.active >= sum.decisions : detector_.is_active();
    const double energy_db = sum.decisions > 0
                                 ? db_from_power(std::max(0.0, sum.energy) / static_cast<double>(sum.decisions))
                                 : detector_.energy_db();
    out[0] = is_majority ? 1 : 0;
    out[1] = clamp_db(energy_db, floor_db_);
  }

 private:
  std::optional<double> floor_db_;
  VoiceActivityDetector detector_;
  Totals counted_;
  std::vector<Totals> segments_;
};

}  // namespace

std::unique_ptr<RunningFeature> make_vad(const FeatureContext& context) {
  return std::make_unique<Vad>(context);
}

}  // namespace astream
