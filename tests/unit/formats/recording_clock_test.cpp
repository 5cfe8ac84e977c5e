#include "formats/recording_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace astream;

namespace {

constexpr int kRate_hz = 48000;
constexpr int64_t kStart_us = 1'700'000'000'000'000;
constexpr int64_t kSecond_us = 1'000'000;
constexpr int64_t kBlock_us = 20'000;

/// Blocks of 20 ms from `from_s` to `to_s`; `late_us` says how much later than on the time line each comes.
template <typename Late>
void run(RecordingClock& clock, int64_t from_s, int64_t to_s, Late&& late_us) {
  for (int64_t at_us = from_s * kSecond_us; at_us < to_s * kSecond_us; at_us += kBlock_us) {
    clock.tell(at_us * kRate_hz / kSecond_us, kStart_us + at_us + late_us(at_us));
  }
}

}  // namespace

TEST_CASE("recording clock: a burst and late blocks move nothing") {
  RecordingClock clock(kRate_hz, 0);
  CHECK_FALSE(clock.is_told());
  const auto burst = [](int64_t at_us) {  // five seconds at once, then each block up to 0.3 s late
    return std::max<int64_t>(-at_us, -5 * kSecond_us) +
           (at_us > 5 * kSecond_us ? at_us / kBlock_us * 7919 % 300'000 : 0);
  };
  run(clock, 0, 600, burst);
  CHECK(clock.is_told());
  CHECK(std::abs(clock.time_of(0) - kStart_us) < 1000);
  CHECK(std::abs(clock.sample_at(kStart_us + 100 * kSecond_us) - 100 * kRate_hz) < 48);
}

TEST_CASE("recording clock: a sender whose clock is off is followed, by a thousandth at most") {
  constexpr int64_t kOff = 20'000;  // one part in it
  RecordingClock clock(kRate_hz, 0);
  run(clock, 0, 3600, [](int64_t at_us) { return at_us / kOff; });
  const int64_t now_us = 3599 * kSecond_us;
  const int64_t error_us = clock.time_of(now_us * kRate_hz / kSecond_us) - (kStart_us + now_us + now_us / kOff);
  CHECK(std::abs(error_us) < 3 * 60 * kSecond_us / kOff);
  RecordingClock jumpy(kRate_hz, 0);
  run(jumpy, 0, 240, [](int64_t at_us) { return at_us > 90 * kSecond_us ? kSecond_us : 0; });
  CHECK(jumpy.time_of(0) - kStart_us <= 2 * 60'000);
}

TEST_CASE("recording clock: one that was set is followed, a new connection is not taken for that") {
  RecordingClock clock(kRate_hz, 0);
  run(clock, 0, 100, [](int64_t) { return 0; });
  run(clock, 100, 300, [](int64_t) { return -3600 * kSecond_us; });
  CHECK(clock.time_of(0) == kStart_us - 3600 * kSecond_us);
  RecordingClock other(kRate_hz, 0);
  run(other, 0, 100, [](int64_t) { return -5 * kSecond_us; });
  other.restart();
  run(other, 100, 400, [](int64_t) { return 0; });
  CHECK(other.time_of(0) == kStart_us - 5 * kSecond_us);
}
