#include "source/live_clock.hpp"

#include <algorithm>
#include <cstdlib>

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

int64_t LiveClock::wallclock_us(int64_t now_us, int64_t block_samples, int rate_hz,
                                std::optional<int64_t> captured_us) {
  using std::chrono::duration_cast, std::chrono::microseconds;
  constexpr int64_t kBelieved_us = microseconds(std::chrono::hours(24)).count();
  const int64_t length_us = duration_cast<microseconds>(length(block_samples, rate_hz)).count();
  const bool is_told = captured_us && std::abs(*captured_us - now_us) < kBelieved_us;
  int64_t first_us = is_told ? *captured_us : now_us - length_us;
  // Blocks that come in a burst stand still by their arrival: they were not captured then.
  const int64_t step_us = is_told ? last_length_us_ / 2 : 0;
  if (last_wallclock_us_) first_us = std::max(first_us, *last_wallclock_us_ + step_us);
  last_wallclock_us_ = first_us;
  last_length_us_ = length_us;
  return first_us;
}

}  // namespace astream
