#include "source/capture_clock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace astream {

namespace {

double seconds_between(CaptureClock::TimePoint from, CaptureClock::TimePoint to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

int64_t CaptureClock::lost_before(TimePoint now, int64_t samples) noexcept {
  const bool is_first = !start_;
  if (is_first) {
    start_ = span_start_ = now;
  } else {  // the first block ends where the time line begins
    position_samples_ += samples;
  }
  const auto late_s = [&] { return seconds_between(*start_, now) - static_cast<double>(position_samples_) / rate_hz_; };
  const double span_s = seconds_between(span_start_, now);
  if (span_s < kSpan_s) {
    least_late_s_ = is_first ? late_s() : std::min(least_late_s_, late_s());
    return 0;
  }
  const int64_t lost = end_span(span_s);
  position_samples_ += lost;
  span_start_ = now;
  least_late_s_ = late_s();
  return lost;
}

int64_t CaptureClock::end_span(double span_s) noexcept {
  if (!std::exchange(is_begun_, true)) return 0;
  if (!baseline_s_) {
    baseline_s_ = std::max(least_late_s_, -kLeastLoss_s);
    return 0;
  }
  const double later_s = least_late_s_ - *baseline_s_;
  const double later_before_s = std::exchange(later_before_s_, later_s);
  if (later_s >= kLeastLoss_s) {
    const bool is_sure = later_before_s >= kLeastLoss_s && std::abs(later_s - later_before_s) < kLeastLoss_s / 2;
    if (!is_sure) return 0;
    later_before_s_ = 0;
    return std::llround(later_s * rate_hz_);
  }
  *baseline_s_ += std::clamp(later_s, -kMostDrift * span_s, kMostDrift * span_s);
  return 0;
}

}  // namespace astream
