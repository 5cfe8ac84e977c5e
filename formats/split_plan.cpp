#include "formats/split_plan.hpp"

#include "base/local_time.hpp"

namespace astream {

namespace {

constexpr int64_t kSecond_us = 1'000'000;
constexpr int64_t kHour_s = 3600;

int64_t floor_divide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

int64_t next_clock_s(int64_t time_s, int64_t period_s, bool is_utc) {
  const int64_t offset_s = utc_offset_s(time_s, is_utc);
  if (period_s <= kHour_s) return (floor_divide(time_s + offset_s, period_s) + 1) * period_s - offset_s;
  std::tm date = calendar_time(time_s, is_utc);
  const int64_t of_day_s = date.tm_hour * kHour_s + date.tm_min * 60 + date.tm_sec;
  // An hour that comes twice, or never, may put the instant where it was: then it is the one after.
  for (int64_t mark_s = (of_day_s / period_s + 1) * period_s;; mark_s += period_s) {
    std::tm mark = date;
    mark.tm_hour = static_cast<int>(mark_s / kHour_s);
    mark.tm_min = static_cast<int>(mark_s / 60 % 60);
    mark.tm_sec = static_cast<int>(mark_s % 60);
    const int64_t instant_s = instant_of(mark, is_utc);
    if (instant_s > time_s) return instant_s;
  }
}

}  // namespace

int64_t next_clock_us(int64_t time_us, int64_t period_s, bool is_utc) {
  return next_clock_s(floor_divide(time_us, kSecond_us), period_s, is_utc) * kSecond_us;
}

int64_t next_multiple(int64_t sample, int64_t period, int64_t origin) {
  return origin + (floor_divide(sample - origin, period) + 1) * period;
}

}  // namespace astream
