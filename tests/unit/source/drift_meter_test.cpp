#include "source/drift_meter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace astream;
using namespace std::chrono_literals;

namespace {

/// Blocks of 20 ms of a source that is `ppm` fast, each late by up to `jitter_s`, for `length_s`.
DriftMeter play(double ppm, double jitter_s, double length_s) {
  DriftMeter meter;
  std::mt19937 engine(1);
  std::exponential_distribution<double> late(8 / jitter_s);
  const auto to_duration = [](double seconds) {
    return std::chrono::duration_cast<DriftMeter::Duration>(std::chrono::duration<double>(seconds));
  };
  double last_s = 0;
  for (double media_s = 0.02; media_s < length_s; media_s += 0.02) {
    last_s = std::max(last_s, media_s / (1 + ppm * 1e-6) + std::min(jitter_s, late(engine)));
    meter.add(DriftMeter::TimePoint(1h) + to_duration(last_s), to_duration(media_s));
  }
  return meter;
}

}  // namespace

TEST_CASE("drift_meter: a steady source has its drift, through the jitter of a network") {
  CHECK(play(100, 0.001, 600).ppm().value() == doctest::Approx(100).epsilon(0.03));
  CHECK(play(-40, 0.001, 600).ppm().value() == doctest::Approx(-40).epsilon(0.05));
  CHECK(std::abs(play(100, 0.2, 3600).ppm().value() - 100) < 5);
  CHECK(std::abs(play(0, 0.05, 600).ppm().value()) < 5);
}

TEST_CASE("drift_meter: nothing is said before two spans are over, and after a reset") {
  CHECK_FALSE(play(100, 0.01, 55).ppm());
  CHECK(play(100, 0.01, 62).ppm());
  DriftMeter meter = play(100, 0.01, 100);
  meter.reset();
  CHECK_FALSE(meter.ppm());
}
