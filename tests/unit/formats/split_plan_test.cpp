#include "formats/split_plan.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv is POSIX
#include <time.h>    // NOLINT(modernize-deprecated-headers)

using namespace astream;

namespace {

constexpr int64_t kSecond_us = 1'000'000;
constexpr int64_t kHour_s = 3600;
constexpr int64_t kDay_s = 24 * kHour_s;

/// Local time of a place while it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
  }
  ~TimeZone() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
};

int64_t next_s(int64_t time_s, int64_t period_s, bool is_utc = false) {
  return next_clock_us(time_s * kSecond_us, period_s, is_utc) / kSecond_us;
}

// Central Europe by its rule, so that no data base of time zones is needed.
constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr int64_t kSpring_s = 1774746000;  // 2026-03-29 01:00 UTC: 2:00 becomes 3:00
constexpr int64_t kAutumn_s = 1792890000;  // 2026-10-25 01:00 UTC: 3:00 becomes 2:00

}  // namespace

TEST_CASE("split_plan: the next mark is always behind, and on the clock") {
  CHECK(next_s(0, 10, true) == 10);
  CHECK(next_s(9, 10, true) == 10);
  CHECK(next_s(10, 10, true) == 20);
  CHECK(next_clock_us(10 * kSecond_us - 1, 10, true) == 10 * kSecond_us);
  CHECK(next_clock_us(-1, 10, true) == 0);
  CHECK(next_s(5 * kHour_s + 1, kDay_s, true) == kDay_s);
  CHECK(next_s(kDay_s, kDay_s, true) == 2 * kDay_s);
}

TEST_CASE("split_plan: hours of places that are no whole hours from Greenwich") {
  const TimeZone nepal("NPT-5:45");
  CHECK(next_s(0, kHour_s) == kHour_s / 4);  // 5:45 there
  CHECK(next_s(0, kDay_s) == kDay_s - (5 * kHour_s + 45 * 60));
}

TEST_CASE("split_plan: hours go on evenly when summer time begins and ends") {
  const TimeZone berlin(kBerlin);
  for (const int64_t change_s : {kSpring_s, kAutumn_s}) {
    for (int64_t hour = -3; hour < 4; ++hour) {
      const int64_t begin_s = change_s + hour * kHour_s;
      CHECK(next_s(begin_s, kHour_s) == begin_s + kHour_s);
      CHECK(next_s(begin_s + 1, kHour_s / 4) == begin_s + kHour_s / 4);
    }
  }
}

TEST_CASE("split_plan: days begin at midnight, however long they are") {
  const TimeZone berlin(kBerlin);
  const int64_t spring_day_s = kSpring_s - 2 * kHour_s;  // midnight in winter time
  CHECK(next_s(spring_day_s - 1, kDay_s) == spring_day_s);
  CHECK(next_s(spring_day_s, kDay_s) == spring_day_s + 23 * kHour_s);
  const int64_t autumn_day_s = kAutumn_s - 3 * kHour_s;
  CHECK(next_s(autumn_day_s, kDay_s) == autumn_day_s + 25 * kHour_s);
  for (int64_t at_s = autumn_day_s; at_s < autumn_day_s + kDay_s; at_s += 600) {
    const int64_t next = next_s(at_s, 2 * kHour_s);
    CHECK(next > at_s);
    CHECK(next <= at_s + 3 * kHour_s);
  }
}

TEST_CASE("split_plan: multiples of samples count from their origin") {
  CHECK(next_multiple(0, 100, 0) == 100);
  CHECK(next_multiple(99, 100, 0) == 100);
  CHECK(next_multiple(100, 100, 0) == 200);
  CHECK(next_multiple(105, 100, 7) == 107);
  CHECK(next_multiple(5, 100, 7) == 7);
}
