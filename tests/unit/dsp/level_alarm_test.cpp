// When alarms of silence and noise are raised, and when they end.
#include <doctest/doctest.h>

#include <cmath>

#include "dsp/level_alarm.hpp"

using namespace astream;

namespace {

constexpr int kRate_hz = 1000;

struct Alarm {
  explicit Alarm(LevelAlarmOptions options, int channels = 1)
      : channels(channels), alarm({kRate_hz, channels}, options) {}

  /// `seconds` of a constant of `db` dBFS, on the last channel alone.
  void feed(double seconds, double db) {
    const auto value = static_cast<float>(std::pow(10, db / 20));
    for (int64_t i = 0; i < std::llround(seconds * kRate_hz); ++i) {
      std::vector<float> sample(static_cast<size_t>(channels));
      sample.back() = value;
      alarm.process(sample, changes);
    }
  }

  int channels;
  LevelAlarm alarm;
  std::vector<AlarmChange> changes;
};

}  // namespace

TEST_CASE("alarm: silence must last for the hold time, and is told from where it began to where it ended") {
  Alarm alarm({-40, false, 2}, 2);
  alarm.feed(1, -20);
  alarm.feed(1.9, -60);
  alarm.feed(1, -20);
  CHECK(alarm.changes.empty());
  alarm.feed(3, -60);
  REQUIRE(alarm.changes.size() == 1);
  CHECK(alarm.changes[0].is_raised);
  CHECK(alarm.changes[0].start_sample == 3900);
  CHECK(alarm.changes[0].length_samples == 2000);
  CHECK(alarm.changes[0].level_db == doctest::Approx(-60));
  alarm.feed(0.5, -20);
  REQUIRE(alarm.changes.size() == 2);
  CHECK(!alarm.changes[1].is_raised);
  CHECK(alarm.changes[1].start_sample == 3900);
  CHECK(alarm.changes[1].length_samples == 3000);
}

TEST_CASE("alarm: it ends 3 dB beyond the threshold, not at it") {
  Alarm under({-40, false, 0});
  under.feed(0.2, -41);
  under.feed(1, -38);
  CHECK(under.changes.size() == 1);
  under.feed(0.1, -36);
  CHECK(under.changes.size() == 2);
  Alarm over({-40, true, 0});
  over.feed(1, -41);
  CHECK(over.changes.empty());
  over.feed(0.1, -39);
  REQUIRE(over.changes.size() == 1);
  CHECK(over.changes[0].start_sample == 1000);
  over.feed(1, -42);
  CHECK(over.changes.size() == 1);
  over.feed(0.1, -44);
  CHECK(over.changes.size() == 2);
}

TEST_CASE("alarm: what is missing is silence, by the time line and by the clock") {
  Alarm alarm({-40, false, 2});
  alarm.feed(1, -20);
  alarm.alarm.stalled(1900, alarm.changes);
  CHECK(alarm.changes.empty());
  alarm.alarm.stalled(2100, alarm.changes);
  REQUIRE(alarm.changes.size() == 1);
  CHECK(alarm.changes[0].start_sample == 1000);
  CHECK(alarm.changes[0].length_samples == 2100);
  CHECK(alarm.changes[0].level_db == -INFINITY);
  alarm.alarm.missing(5000, alarm.changes);
  CHECK(alarm.changes.size() == 1);
  alarm.feed(0.1, -20);
  REQUIRE(alarm.changes.size() == 2);
  CHECK(alarm.changes[1].length_samples == 5000);
  Alarm noise({-40, true, 0});
  noise.alarm.stalled(100'000, noise.changes);
  noise.alarm.missing(100'000, noise.changes);
  CHECK(noise.changes.empty());
}

TEST_CASE("alarm: a stream that stalls in the middle of a block is silent once, for as long as it was") {
  Alarm alarm({-40, false, 2});
  alarm.feed(1.05, -20);
  alarm.alarm.stalled(2100, alarm.changes);
  REQUIRE(alarm.changes.size() == 1);
  CHECK(alarm.changes[0].start_sample == 1050);
  alarm.alarm.missing(6800, alarm.changes);
  CHECK(alarm.changes.size() == 1);
  alarm.feed(0.1, -20);
  REQUIRE(alarm.changes.size() == 2);
  CHECK(!alarm.changes[1].is_raised);
  CHECK(alarm.changes[1].start_sample == 1050);
  CHECK(alarm.changes[1].length_samples == 6800);
}

TEST_CASE("alarm: a stall that leaves no gap was as long as was told") {
  Alarm alarm({-40, false, 2});
  alarm.feed(1, -20);
  alarm.alarm.stalled(2100, alarm.changes);
  alarm.feed(0.1, -20);
  REQUIRE(alarm.changes.size() == 2);
  CHECK(alarm.changes[1].length_samples == 2100);
}

TEST_CASE("alarm: one that is on ends with the stream") {
  Alarm alarm({-40, false, 0.5});
  alarm.feed(0.75, -60);
  alarm.alarm.finish(alarm.changes);
  REQUIRE(alarm.changes.size() == 2);
  CHECK(alarm.changes[1].length_samples == 750);
}
