#include "formats/recording_clock.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace astream {

namespace {

constexpr double kMicrosecondsPerSecond = 1e6;
constexpr int kMinute_s = 60;
constexpr int64_t kMostDrift_us = kMinute_s * 1000;
constexpr int64_t kClockWasSet_us = 2'000'000;

}  // namespace

int64_t RecordingClock::time_of(int64_t sample) const {
  return origin_us_ + std::llround(static_cast<double>(sample - origin_sample_) / rate_hz_ * kMicrosecondsPerSecond);
}

int64_t RecordingClock::sample_at(int64_t time_us) const {
  return origin_sample_ + std::llround(static_cast<double>(time_us - origin_us_) / kMicrosecondsPerSecond * rate_hz_);
}

void RecordingClock::restart() {
  usual_us_.reset();
  least_us_.reset();
}

/// A minute is over whose quickest block was that late.
void RecordingClock::follow(int64_t lateness_us) {
  if (!usual_us_) {
    usual_us_ = lateness_us;
    return;
  }
  const int64_t change_us = lateness_us - *usual_us_;
  const bool was_set = std::abs(change_us) > kClockWasSet_us;
  origin_us_ += was_set ? change_us : std::clamp(change_us, -kMostDrift_us, kMostDrift_us);
}

void RecordingClock::tell(int64_t sample, int64_t time_us) {
  if (!is_told_) {
    is_told_ = true;
    origin_sample_ = sample;
    origin_us_ = time_us;
  }
  if (least_us_ && sample >= minute_end_sample_) {
    follow(*least_us_);
    least_us_.reset();
  }
  if (!least_us_) minute_end_sample_ = sample + int64_t{kMinute_s} * rate_hz_;
  const int64_t lateness_us = time_us - time_of(sample);
  least_us_ = std::min(lateness_us, least_us_.value_or(lateness_us));
}

}  // namespace astream
