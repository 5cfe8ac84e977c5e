// What moves on a display: bars that fall, peaks that are held, the spectrum in bands.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "dsp/meter_ballistics.hpp"
#include "dsp/spectrum_scan.hpp"
#include "support/signals.hpp"

using namespace astream;

TEST_CASE("ballistics: a peak falls 20 dB in 1.7 s, the held one stays for 2 s") {
  MeterBallistics meter;
  CHECK(meter.peak_db() == -INFINITY);
  meter.advance(0.02, 1, 0.5, 3);
  CHECK(meter.peak_db() == 0);
  CHECK(meter.clipped_samples() == 3);
  for (int i = 0; i < 85; ++i) meter.advance(0.02, 0, 0, 0);
  CHECK(meter.peak_db() == doctest::Approx(-20));
  CHECK(meter.held_db() == 0);
  for (int i = 0; i < 100; ++i) meter.advance(0.02, 0, 0, 0);
  CHECK(meter.held_db() == doctest::Approx(-20).epsilon(0.02));
  CHECK(meter.largest_db() == 0);
  meter.reset();
  CHECK(meter.clipped_samples() == 0);
  CHECK(meter.largest_db() == meter.peak_db());
}

TEST_CASE("ballistics: RMS of a steady signal after 3 s, and silence in the end") {
  MeterBallistics meter;
  for (int i = 0; i < 150; ++i) meter.advance(0.02, 0.5, 0.125, 0);
  CHECK(meter.rms_db() == doctest::Approx(-9.0309).epsilon(1e-4));
  for (int i = 0; i < 2000; ++i) meter.advance(0.02, 0, 0, 0);
  CHECK(meter.rms_db() == -INFINITY);
  CHECK(meter.peak_db() == -INFINITY);
}

TEST_CASE("spectrum: a sine reads its level in its band, in wide and in narrow ones") {
  for (const int rate_hz : {8000, 44100, 48000, 192000}) {
    for (const int bands : {16, 256}) {
      SpectrumScan scan({rate_hz, 2}, 30, bands);
      scan.push(test::sine(1000, rate_hz, rate_hz / 2, 0.1, 2));
      const auto levels = scan.scan();
      const auto top = static_cast<size_t>(std::max_element(levels.begin(), levels.end()) - levels.begin());
      CHECK(scan.edge_hz(static_cast<double>(top)) <= 1010);
      CHECK(scan.edge_hz(static_cast<double>(top + 1)) >= 990);
      CHECK(levels[top] <= -20 + 0.01);
      CHECK(levels[top] >= -20 - 1.5);  // between two bins of a Hann window
      CHECK(levels.back() < -60);
    }
  }
}

TEST_CASE("spectrum: silence is the floor, the edges are where they are said to be") {
  SpectrumScan scan({48000, 1}, 30, 64);
  CHECK(std::ranges::all_of(scan.scan(), [](double db) { return db == SpectrumScan::kFloor_db; }));
  CHECK(scan.edge_hz(0) == doctest::Approx(30));
  CHECK(scan.edge_hz(64) == doctest::Approx(20'000));
  CHECK(SpectrumScan({16000, 1}, 30, 64).high_hz() == 8000);
}
