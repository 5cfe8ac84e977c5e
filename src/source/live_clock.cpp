#include "source/live_clock.hpp"

#include <algorithm>

namespace astream {

LiveClock::Duration LiveClock::length(int64_t samples, int rate_hz) {
  // Whole seconds apart, as nanoseconds times a rate would overflow after days.
  const int64_t whole_s = samples / rate_hz;
  const int64_t rest = samples % rate_hz;
  return std::chrono::seconds(whole_s) + std::chrono::nanoseconds(rest * 1'000'000'000 / rate_hz);
}

int64_t LiveClock::missed_samples(TimePoint now, int64_t block_samples, AudioFormat format) const {
  if (!start_) return 0;
  const Duration missed = now - length(block_samples, format.rate_hz) - (*start_ + position_);
  if (missed <= Duration::zero()) return 0;
  const auto whole = std::chrono::floor<std::chrono::seconds>(missed);
  const int64_t rest_ns = std::chrono::nanoseconds(missed - whole).count();
  return whole.count() * format.rate_hz + rest_ns * format.rate_hz / 1'000'000'000;
}

std::optional<LiveClock::Duration> LiveClock::lateness(TimePoint now) const {
  if (!start_) return std::nullopt;
  return now - (*start_ + position_);
}

void LiveClock::begin(TimePoint now, int64_t block_samples, int rate_hz) {
  if (!start_) start_ = now - length(block_samples, rate_hz);
}

int64_t LiveClock::wallclock_us(int64_t now_us, int64_t block_samples, int rate_hz) {
  int64_t first_us =
      now_us - std::chrono::duration_cast<std::chrono::microseconds>(length(block_samples, rate_hz)).count();
  if (last_wallclock_us_) first_us = std::max(first_us, *last_wallclock_us_);
  last_wallclock_us_ = first_us;
  return first_us;
}

}  // namespace astream
