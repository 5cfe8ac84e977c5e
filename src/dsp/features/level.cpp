// Time-domain levels: RMS, peak, crest factor, mean. AES17 for the RMS convention of full-scale sines.
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

constexpr double kAes17Db = 3.010299956639812;  // 20 log10(sqrt 2)

class Level final : public FrameFeature {
 public:
  explicit Level(const LevelOptions& options) : options_(options) {}

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    double sum = 0, sum_squares = 0, peak = 0;
    for (const double x : frame.samples) {
      sum += x;
      sum_squares += x * x;
      peak = std::max(peak, std::abs(x));
    }
    const double count = static_cast<double>(frame.samples.size());
    const double rms = std::sqrt(sum_squares / count);
    const double rms_db = db_from_amplitude(rms) + (options_.is_aes17 ? kAes17Db : 0);
    const double peak_db = db_from_amplitude(peak);
    out[0] = rms;
    out[1] = clamp_db(rms_db, options_.floor_db);
    out[2] = peak;
    out[3] = clamp_db(peak_db, options_.floor_db);
    out[4] = peak > 0 ? peak_db - db_from_amplitude(rms) : kNan;
    out[5] = sum / count;
  }

 private:
  LevelOptions options_;
};

}  // namespace

std::unique_ptr<FrameFeature> make_level(const FeatureContext& context) {
  return std::make_unique<Level>(context.options.level);
}

}  // namespace astream
