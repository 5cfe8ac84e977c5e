#include "av/sender_clock.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace astream::av;

namespace {
constexpr int64_t kNow_us = 1'767'268'800'000'000;
constexpr int64_t kRtpRound = int64_t{1} << 32;
}  // namespace

TEST_CASE("between what the sender tells its time stamps count on") {
  SenderClock clock({1, 90000}, 33);
  CHECK_FALSE(clock.time_us(0));
  clock.set(1000, kNow_us);
  CHECK(clock.time_us(1000) == kNow_us);
  CHECK(clock.time_us(91000) == kNow_us + 1'000'000);
  CHECK(clock.time_us(1000 - 45000) == kNow_us - 500'000);
  CHECK_FALSE(clock.time_us(AV_NOPTS_VALUE));
  clock.reset();
  CHECK_FALSE(clock.time_us(1000));
}

TEST_CASE("time stamps that wrap go on") {
  SenderClock clock({1, 90000}, 33);
  clock.set((int64_t{1} << 33) - 90000, kNow_us);
  CHECK(clock.time_us(90000) == kNow_us + 2'000'000);
  CHECK(ticks_between(10, (int64_t{1} << 33) - 5, 33) == -15);
  CHECK(ticks_between(-5, 10, 64) == 15);
}

TEST_CASE("a report that is one round of RTP's time stamps off is set right") {
  SenderClock clock({1, 48000}, 32);
  const int64_t round_us = kRtpRound * 1'000'000 / 48000;
  clock.set_by_report(0, kNow_us);
  clock.set_by_report(48000, kNow_us + 1'000'000 - round_us);
  CHECK(std::abs(*clock.time_us(48000) - (kNow_us + 1'000'000)) <= 1);
  clock.set_by_report(96000, kNow_us + 2'000'000 + round_us);
  CHECK(std::abs(*clock.time_us(96000) - (kNow_us + 2'000'000)) <= 1);
  clock.set_by_report(144000, kNow_us);  // its clock was set
  CHECK(clock.time_us(144000) == kNow_us);
}

TEST_CASE("a report from before the sender began to count anew is not about what comes") {
  SenderClock clock({1, 48000}, 32);
  clock.set_by_report(0, kNow_us);
  const int64_t anew = int64_t{48000} * 3600;
  clock.set_by_report(anew, kNow_us + int64_t{3'600'000'000});
  CHECK_FALSE(clock.time_us(anew));
  clock.set_by_report(anew + 960, kNow_us + int64_t{3'600'020'000});
  CHECK_FALSE(clock.time_us(anew + 960));
  clock.set_by_report(anew + 1920, kNow_us + 60'000);
  CHECK(clock.time_us(anew + 1920) == kNow_us + 60'000);
}

TEST_CASE("a sender that paused is believed again") {
  SenderClock clock({1, 48000}, 32);
  clock.set_by_report(0, kNow_us);
  bool is_known = true;
  for (int64_t s = 3600; s < 3640; ++s) {
    clock.set_by_report(s * 48000, kNow_us + s * 1'000'000);
    is_known = clock.time_us(s * 48000).has_value();
    if (s < 3630) CHECK_FALSE(is_known);
  }
  CHECK(is_known);
}
