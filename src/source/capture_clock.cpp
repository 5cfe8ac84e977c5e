#include "source/capture_clock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace astream {

namespace {

double seconds_from(CaptureClock::TimePoint from, CaptureClock::TimePoint to) {
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
  const auto late_s = [&] { return seconds_from(*start_, now) - static_cast<double>(position_samples_) / rate_hz_; };
  const double span_s = seconds_from(span_start_, now);
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
  if (later_s < kLeastLoss_s) {
    late_spans_ = 0;
    *baseline_s_ += std::clamp(later_s, -kMostDrift * span_s, kMostDrift * span_s);
    return 0;
  }
  std::rotate(later_s_.begin(), later_s_.begin() + 1, later_s_.end());
  later_s_.back() = later_s;
  late_spans_ = std::min(late_spans_ + 1, kSureSpans);
  const bool is_catching_up = later_s_.front() - later_s > kLeastLoss_s / 2;
  if (late_spans_ < kSureSpans || is_catching_up) return 0;
  const double lost_s = *std::min_element(later_s_.begin(), later_s_.end());
  late_spans_ = 0;
  return std::llround(lost_s * rate_hz_);
}

}  // namespace astream
