#include "dsp/percentile_levels.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/features/statistics.hpp"
#include "dsp/features/weighting_filter.hpp"

namespace astream {

namespace {

constexpr double kFast_s = 0.125;
constexpr double kLevelsPerSecond = 100;
constexpr double kLowest_db = -200;
constexpr double kHighest_db = 100;
constexpr double kStepsPerDb = 100;
constexpr auto kSteps = static_cast<size_t>((kHighest_db - kLowest_db) * kStepsPerDb);

}  // namespace

PercentileLevels::PercentileLevels(double rate_hz)
    : filter_(make_weighting_filter(Weighting::a, rate_hz)),
      rate_hz_(rate_hz),
      step_(-std::expm1(-1 / (rate_hz * kFast_s))),
      counts_(kSteps + 1) {}

void PercentileLevels::process(std::span<const double> samples) {
  for (const double x : samples) {
    const double weighted = filter_.process(x);
    fast_ += step_ * (weighted * weighted - fast_);
    if (static_cast<double>(++position_) * kLevelsPerSecond >= static_cast<double>(level_count_ + 1) * rate_hz_)
      keep_level();
  }
}

void PercentileLevels::keep_level() {
  ++level_count_;
  const double db = db_from_power(fast_);
  interval_db_.push_back(db);
  is_sorted_ = false;
  const double steps = std::floor((std::clamp(db, kLowest_db, kHighest_db) - kLowest_db) * kStepsPerDb);
  ++counts_[db < kLowest_db ? 0 : 1 + std::min(static_cast<size_t>(steps), kSteps - 1)];
}

double PercentileLevels::interval_level_db(double percent) {
  if (interval_db_.empty()) return kNan;
  if (!is_sorted_) std::ranges::sort(interval_db_);
  is_sorted_ = true;
  return percentile_of_sorted(interval_db_, 100 - percent);
}

double PercentileLevels::total_level_db(double percent) const {
  if (level_count_ == 0) return kNan;
  const auto rank = static_cast<int64_t>(std::llround(static_cast<double>(level_count_ - 1) * (100 - percent) / 100));
  int64_t passed = 0;
  for (size_t bin = 0; bin < counts_.size(); ++bin) {
    passed += counts_[bin];
    if (passed > rank) return bin == 0 ? kMinusInfinity : kLowest_db + (static_cast<double>(bin) - 0.5) / kStepsPerDb;
  }
  return kNan;
}

void PercentileLevels::next_interval() {
  interval_db_.clear();
  is_sorted_ = false;
}

}  // namespace astream
