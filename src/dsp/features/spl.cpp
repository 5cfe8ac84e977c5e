// Sound level (IEC 61672-1): A-, C- and unweighted equivalent levels, fast and slow extremes, percentile levels, SEL.
#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/statistics.hpp"
#include "dsp/features/weighting_filter.hpp"

namespace astream {

namespace {

constexpr double kFastSeconds = 0.125;
constexpr double kSlowSeconds = 1;
constexpr int kLafLevelsPerSecond = 100;  ///< LAF values for the percentile levels

double smoothing_step(double rate_hz, double seconds) {
  return -std::expm1(-1 / (rate_hz * seconds));
}

class Spl final : public RunningFeature {
 public:
  explicit Spl(const FeatureContext& context)
      : rate_hz_(context.rate_hz()),
        offset_db_(context.options.spl.calibration_db.value_or(0)),
        floor_db_(context.options.level.floor_db),
        a_(make_weighting_filter(Weighting::a, context.rate_hz())),
        c_(make_weighting_filter(Weighting::c, context.rate_hz())),
        fast_step_(smoothing_step(context.rate_hz(), kFastSeconds)),
        slow_step_(smoothing_step(context.rate_hz(), kSlowSeconds)),
        segments_(static_cast<size_t>(context.max_segments_per_row)),
        levels_(static_cast<size_t>(context.row_length_samples * kLafLevelsPerSecond / context.rate_hz() + 8)),
        sorted_(levels_.size()) {}

  void process(std::span<const double> samples) override {
    for (const double x : samples) {
      const double a = a_.process(x);
      const double c = c_.process(x);
      open_.sum_a += a * a;
      open_.sum_c += c * c;
      open_.sum_z += x * x;
      ++open_.samples;
      fast_ += fast_step_ * (a * a - fast_);
      slow_ += slow_step_ * (a * a - slow_);
      open_.fast_max = std::max(open_.fast_max, fast_);
      open_.fast_min = std::min(open_.fast_min, fast_);
      open_.slow_max = std::max(open_.slow_max, slow_);
      if (++position_ * kLafLevelsPerSecond >= (level_count_ + 1) * rate_hz_)
        levels_[static_cast<size_t>(level_count_++ % capacity())] = fast_;
    }
  }

  void close_segment(size_t slot) override {
    open_.level_end = level_count_;
    segments_[slot] = open_;
    open_ = {};
    open_.level_begin = level_count_;
  }

  void row(const SegmentRange& range, std::span<double> out) override {
    Segment sum;
    for (int64_t i = 0; i < range.count; ++i) sum.add(segments_[range.slot(i)], i == 0);
    const double count = static_cast<double>(sum.samples);
    const auto level = [&](double power) {
      return sum.samples > 0 ? clamp_db(db_from_power(power) + offset_db_, floor_db_) : kNan;
    };
    out[0] = level(sum.sum_a / count);
    out[1] = level(sum.sum_c / count);
    out[2] = level(sum.sum_z / count);
    out[3] = level(sum.fast_max);
    out[4] = level(sum.fast_min);
    out[5] = level(sum.slow_max);
    percentile_levels(sum, out.subspan(6, 3));
    out[9] = level(sum.sum_a / static_cast<double>(rate_hz_));
  }

 private:
  struct Segment {
    double sum_a = 0, sum_c = 0, sum_z = 0;
    int64_t samples = 0;
    double fast_max = 0, fast_min = std::numeric_limits<double>::infinity(), slow_max = 0;
    int64_t level_begin = 0, level_end = 0;

    void add(const Segment& other, bool is_first) {
      sum_a += other.sum_a;
      sum_c += other.sum_c;
      sum_z += other.sum_z;
      samples += other.samples;
      fast_max = std::max(fast_max, other.fast_max);
      fast_min = std::min(fast_min, other.fast_min);
      slow_max = std::max(slow_max, other.slow_max);
      if (is_first) level_begin = other.level_begin;
      level_end = other.level_end;
    }
  };

  int64_t capacity() const { return static_cast<int64_t>(levels_.size()); }

  /// L10, L50, L90: exceeded in 10, 50, 90 % of the time.
  void percentile_levels(const Segment& sum, std::span<double> out) {
    const int64_t begin = std::max(sum.level_begin, level_count_ - capacity());
    const std::span<double> sorted =
        std::span(sorted_).first(static_cast<size_t>(std::max<int64_t>(0, sum.level_end - begin)));
    for (size_t i = 0; i < sorted.size(); ++i)
      sorted[i] = db_from_power(levels_[static_cast<size_t>((begin + static_cast<int64_t>(i)) % capacity())]);
    std::sort(sorted.begin(), sorted.end());
    const double percents[] = {90, 50, 10};
    for (size_t i = 0; i < 3; ++i)
      out[i] = sorted.empty() ? kNan : clamp_db(percentile_of_sorted(sorted, percents[i]) + offset_db_, floor_db_);
  }

  int64_t rate_hz_;
  double offset_db_;
  std::optional<double> floor_db_;
  BiquadCascade a_, c_;
  double fast_step_, slow_step_;
  double fast_ = 0, slow_ = 0;
  Segment open_;
  std::vector<Segment> segments_;
  std::vector<double> levels_;  ///< ring of A-weighted fast mean squares
  int64_t level_count_ = 0;
  int64_t position_ = 0;
  std::vector<double> sorted_;
};

}  // namespace

std::unique_ptr<RunningFeature> make_spl(const FeatureContext& context) {
  return std::make_unique<Spl>(context);
}

std::vector<std::string> spl_columns(const FeatureContext& context) {
  std::vector<std::string> names = {"laeq",   "lceq", "lzeq", "lafmax", "lafmin",
                                    "lasmax", "la10", "la50", "la90",   "sel"};
  for (std::string& name : names) name += context.options.spl.calibration_db ? "_db" : "_dbfs";
  return names;
}

}  // namespace astream
