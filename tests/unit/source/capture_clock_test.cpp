#include "source/capture_clock.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace astream;
using namespace std::chrono_literals;

namespace {

constexpr int kRate_hz = 48000;
constexpr int64_t kBlockSamples = 480;  // 10 ms

/// A capture and what its clock has found to be lost so far.
struct Capture {
  CaptureClock clock{kRate_hz};
  CaptureClock::TimePoint now{1h};
  int64_t lost = 0;

  void give(int blocks, std::chrono::nanoseconds apart) {
    for (int i = 0; i < blocks; ++i) {
      now += apart;
      lost += clock.lost_before(now, kBlockSamples);
    }
  }
};

}  // namespace

TEST_CASE("capture clock: blocks at their time, early, late or in heaps, lose nothing") {
  Capture capture;
  capture.give(1000, 10ms);
  for (int i = 0; i < 100; ++i) {  // heaps of two seconds
    capture.now += 2s;
    capture.give(200, 1us);
  }
  for (int i = 0; i < 100; ++i) {  // late, and after it
    capture.now += 80ms;
    capture.give(1, 10ms);
    capture.give(8, 1us);
    capture.give(50, 10ms);
  }
  CHECK(capture.lost == 0);
}

TEST_CASE("capture clock: what does not come after a pause is lost, once, and exactly that") {
  Capture capture;
  capture.give(1000, 10ms);
  capture.now += 20s;       // the program was stopped
  capture.give(1100, 1us);  // the system kept eleven seconds
  capture.give(1000, 10ms);
  CHECK(capture.lost == doctest::Approx(9 * kRate_hz).epsilon(0.001));
  capture.now += 1s;  // a device that was suspended
  capture.give(100'000, 10ms);
  CHECK(capture.lost == doctest::Approx(10 * kRate_hz).epsilon(0.001));
}

TEST_CASE("capture clock: a pause that is made up for is no loss") {
  Capture capture;
  capture.give(1000, 10ms);
  capture.now += 8s;
  capture.give(800, 1us);
  capture.give(1000, 10ms);
  CHECK(capture.lost == 0);
}

TEST_CASE("capture clock: a pause that is made up for slowly is no loss, and what is lost of it is told in the end") {
  for (const int made_up : {2000, 1500}) {
    Capture capture;
    capture.give(1000, 10ms);
    capture.now += 20s;
    capture.give(made_up, 2ms);  // takes seconds
    capture.give(made_up / 4, 10ms);
    capture.give(1000, 10ms);
    const double missing_s = 20 - made_up * 0.008;
    CHECK(capture.lost == doctest::Approx(missing_s * kRate_hz).epsilon(0.001));
  }
}

TEST_CASE("capture clock: small losses are told when they are many") {
  Capture capture;
  for (int i = 0; i < 100; ++i) {
    capture.give(100, 10ms);
    capture.now += 20ms;
  }
  CHECK(capture.lost > kRate_hz * 17 / 10);  // of 2 s
  CHECK(capture.lost < kRate_hz * 2);
}

TEST_CASE("capture clock: a device's clock may be slow or fast") {
  for (const auto apart : {9'998us, 10'002us}) {
    Capture capture;
    capture.give(1'000'000, apart);
    CHECK(capture.lost == 0);
    capture.now += 500ms;
    capture.give(1000, apart);
    CHECK(capture.lost == doctest::Approx(kRate_hz / 2).epsilon(0.02));
  }
}

TEST_CASE("capture clock: a device that is ahead of the clock has lost nothing while it rests") {
  Capture capture;
  capture.give(6000, 400us);  // a minute of sound in 2.4 s
  capture.now += 50s;
  capture.give(6000, 400us);
  CHECK(capture.lost == 0);
}

TEST_CASE("capture clock: a slow beginning is no loss") {
  Capture capture;
  capture.give(1, 10ms);
  capture.now += 1500ms;  // the first block came at once, the next when the device ran
  capture.give(1000, 10ms);
  CHECK(capture.lost == 0);
}
