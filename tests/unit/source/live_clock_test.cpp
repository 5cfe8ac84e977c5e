#include "source/live_clock.hpp"

#include <doctest/doctest.h>

using namespace astream;
using namespace std::chrono_literals;

namespace {
constexpr AudioFormat kFormat{1000, 1};
const LiveClock::TimePoint kStart{};
}  // namespace

TEST_CASE("nothing is missing before the first block") {
  const LiveClock clock;
  CHECK(clock.missed_samples(kStart + 100s, 10, kFormat) == 0);
}

TEST_CASE("what is missing after an outage is the time since the next sample was due") {
  LiveClock clock;
  clock.begin(kStart + 100ms, 100, 1000);  // its first sample is that of kStart
  clock.advance(100, 1000);
  clock.advance(900, 1000);
  CHECK(clock.missed_samples(kStart + 5s, 0, kFormat) == 4000);
  CHECK(clock.missed_samples(kStart + 5s, 500, kFormat) == 3500);
  clock.advance(4000, 1000);
  CHECK(clock.missed_samples(kStart + 5s, 0, kFormat) == 0);
}

TEST_CASE("a burst that ran ahead of the clock shortens the gap, which is never negative") {
  LiveClock clock;
  clock.begin(kStart, 0, 1000);
  clock.advance(4000, 1000);
  CHECK(clock.missed_samples(kStart + 3s, 0, kFormat) == 0);
  CHECK(clock.missed_samples(kStart + 10s, 0, kFormat) == 6000);
}

TEST_CASE("an outage of weeks at a high rate does not overflow") {
  LiveClock clock;
  clock.begin(kStart, 0, 192000);
  CHECK(clock.missed_samples(kStart + 24h * 100, 0, {192000, 8}) == int64_t{100} * 24 * 3600 * 192000);
  CHECK(LiveClock::length(int64_t{100} * 24 * 3600 * 192000 + 96000, 192000) == 24h * 100 + 500ms);
}

TEST_CASE("a block's wall clock is its arrival less its length, and never runs backwards") {
  LiveClock clock;
  CHECK(clock.wallclock_us(10'000'000, 1000, 1000) == 9'000'000);
  CHECK(clock.wallclock_us(10'000'001, 1000, 1000) == 9'000'001);
  CHECK(clock.wallclock_us(9'500'000, 1000, 1000) == 9'000'001);
  CHECK(clock.wallclock_us(11'000'000, 500, 1000) == 10'500'000);
}

TEST_CASE("a sender's own time goes before the arrival") {
  LiveClock clock;
  CHECK(clock.wallclock_us(100'000'000, 1000, 1000, 60'000'000) == 60'000'000);
  CHECK(clock.wallclock_us(100'000'000, 1000, 1000, 61'000'000) == 61'000'000);
  CHECK(clock.wallclock_us(100'000'000, 1000, 1000, 63'000'000) == 63'000'000);
}

TEST_CASE("a sender that tells the time late is met at half speed, never backwards") {
  LiveClock clock;
  CHECK(clock.wallclock_us(10'000'000, 1000, 1000) == 9'000'000);
  CHECK(clock.wallclock_us(11'000'000, 1000, 1000, 9'200'000) == 9'500'000);
  CHECK(clock.wallclock_us(12'000'000, 1000, 1000, 10'200'000) == 10'200'000);
  CHECK(clock.wallclock_us(13'000'000, 1000, 1000, 11'200'000) == 11'200'000);
}

TEST_CASE("a sender whose clock is more than a day off is not believed") {
  constexpr int64_t kDay_us = int64_t{24} * 3600 * 1'000'000;
  constexpr int64_t kNow_us = 1'767'268'800'000'000;
  for (const int64_t captured_us : {int64_t{0}, -70 * 365 * kDay_us, kNow_us - kDay_us, kNow_us + kDay_us}) {
    LiveClock clock;
    CHECK(clock.wallclock_us(kNow_us, 1000, 1000, captured_us) == kNow_us - 1'000'000);
  }
  LiveClock clock;
  CHECK(clock.wallclock_us(kNow_us, 1000, 1000, kNow_us - kDay_us + 1) == kNow_us - kDay_us + 1);
}
