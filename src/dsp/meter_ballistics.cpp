#include "dsp/meter_ballistics.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

constexpr double kFall_db_per_s = 20 / 1.7;
constexpr double kHold_s = 2;
constexpr double kRms_s = 0.3;
constexpr double kFaintest_db = -200;  // below it is silence

double fallen(double db, double seconds) {
  const double lower = db - kFall_db_per_s * seconds;
  return lower < kFaintest_db ? kMinusInfinity : lower;
}

}  // namespace

const double MeterBallistics::kSilence_db = kMinusInfinity;

void MeterBallistics::advance(double seconds, double peak, double mean_square, int64_t clipped_samples) {
  const double db = db_from_amplitude(peak);
  peak_db_ = std::max(db, fallen(peak_db_, seconds));
  held_for_s_ += seconds;
  if (held_for_s_ > kHold_s) held_db_ = fallen(held_db_, std::min(seconds, held_for_s_ - kHold_s));
  if (db >= held_db_) {
    held_db_ = db;
    held_for_s_ = 0;
  }
  largest_db_ = std::max(largest_db_, db);
  mean_square_ += -std::expm1(-seconds / kRms_s) * (mean_square - mean_square_);
  clipped_samples_ += clipped_samples;
}

double MeterBallistics::rms_db() const {
  const double db = db_from_power(mean_square_);
  return db < kFaintest_db ? kMinusInfinity : db;
}

void MeterBallistics::reset() {
  held_db_ = largest_db_ = peak_db_;
  held_for_s_ = 0;
  clipped_samples_ = 0;
}

}  // namespace astream
