// What the level meter shows, on 1, 2 and 6 channels: levels, loudness, bands, percentiles; of intervals and of all.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "dsp/features/decibel.hpp"
#include "dsp/level_meter.hpp"
#include "support/ebu_signals.hpp"
#include "support/signals.hpp"
#include "support/usage_error.hpp"

using namespace astream;
using namespace astream::test;

namespace {

constexpr int kRate_hz = 48000;

struct Meter {
  explicit Meter(int channels, const LevelMeterOptions& options = {}, int rate_hz = kRate_hz)
      : meter({rate_hz, channels}, options), columns(LevelMeter::columns(options)), values(columns.size()) {}

  double at(const std::string& column) const {
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i] == column) return values[i];
    throw std::runtime_error("no column " + column);
  }
  double interval(int channel, const std::string& column) {
    meter.interval_values(channel, values);
    return at(column);
  }
  double total(int channel, const std::string& column) {
    meter.total_values(channel, values);
    return at(column);
  }

  LevelMeter meter;
  std::vector<std::string> columns;
  std::vector<double> values;
};

template <typename Change>
LevelMeterOptions with(Change change) {
  LevelMeterOptions options;
  change(options);
  return options;
}

LevelMeterOptions with_bands(int per_octave) {
  return with([=](LevelMeterOptions& options) { options.bands_per_octave = per_octave; });
}

LevelMeterOptions with_percentiles(const std::vector<double>& percentiles) {
  return with([&](LevelMeterOptions& options) { options.percentiles = percentiles; });
}

/// Sines of the given amplitudes, a channel each.
std::vector<float> sines(const std::vector<double>& amplitudes, double seconds, double hz = 1000) {
  std::vector<float> signal;
  for (int64_t i = 0; i < std::llround(seconds * kRate_hz); ++i) {
    const double angle = 2 * std::numbers::pi * std::fmod(hz * static_cast<double>(i) / kRate_hz, 1.0);
    for (const double amplitude : amplitudes) signal.push_back(static_cast<float>(amplitude * std::sin(angle)));
  }
  return signal;
}

double amplitude_of(double db) {
  return std::pow(10, db / 20);
}

}  // namespace

TEST_CASE("level meter: peak, RMS, true peak of each channel, on 1, 2 and 6") {
  for (const size_t channels : {1U, 2U, 6U}) {
    std::vector<double> amplitudes;
    for (size_t c = 0; c < channels; ++c) amplitudes.push_back(amplitude_of(-6.0 * static_cast<double>(c + 1)));
    Meter meter(static_cast<int>(channels));
    meter.meter.process(sines(amplitudes, 1));
    for (int c = 0; c < static_cast<int>(channels); ++c) {
      const double db = -6.0 * (c + 1);
      CHECK(meter.interval(c, "peak_dbfs") == doctest::Approx(db).epsilon(1e-5));
      CHECK(meter.interval(c, "rms_dbfs") == doctest::Approx(db - 3.0103).epsilon(1e-5));
      CHECK(meter.interval(c, "truepeak_dbtp") == doctest::Approx(db).epsilon(1e-3));
      CHECK(meter.interval(c, "clipped_samples") == 0);
    }
  }
}

TEST_CASE("level meter: loudness is the programme's, by BS.1770's weights") {
  Meter stereo(2);
  stereo.meter.process(stereo_tone({{5, -23.0}}));
  for (const char* column : {"lufs_m", "lufs_s", "lufs_i", "lufs_m_max", "lufs_s_max"})
    CHECK(stereo.interval(1, column) == doctest::Approx(-22.9933).epsilon(0.0001));
  Meter mono(1), doubled(1, with([](auto&options) { options.is_dual_mono = true; }));
  const auto tone = sines({amplitude_of(-23)}, 5);
  mono.meter.process(tone);
  doubled.meter.process(tone);
  CHECK(mono.total(0, "lufs_i") == doctest::Approx(-22.9933 - 3.0103).epsilon(0.0001));
  CHECK(doubled.total(0, "lufs_i") == doctest::Approx(-22.9933).epsilon(0.0001));
  // 3341 case 6: L, R -28, C -24, Ls, Rs -30; what stands in the LFE does not count.
  Meter surround(6);
  surround.meter.process(
      sines({amplitude_of(-28), amplitude_of(-28), amplitude_of(-24), 1, amplitude_of(-30), amplitude_of(-30)}, 5));
  CHECK(std::abs(surround.total(3, "lufs_i") + 23.0163) < 0.01);
  CHECK(surround.total(3, "peak_dbfs") == doctest::Approx(0).epsilon(1e-4));
}

TEST_CASE("level meter: an interval stands alone, the total holds all of it") {
  Meter meter(2);
  meter.meter.process(sines({0.5, 0.25}, 1));
  meter.meter.next_interval();
  CHECK(std::isnan(meter.interval(0, "rms_dbfs")));
  meter.meter.process(sines({0.1, 0.05}, 3));
  CHECK(meter.interval(0, "peak_dbfs") == doctest::Approx(-20).epsilon(1e-5));
  CHECK(meter.total(0, "peak_dbfs") == doctest::Approx(db_from_amplitude(0.5)).epsilon(1e-5));
  const double mean_square = (0.5 * 0.5 / 2 + 3 * 0.1 * 0.1 / 2) / 4;
  CHECK(meter.total(0, "rms_dbfs") == doctest::Approx(db_from_power(mean_square)).epsilon(1e-5));
  CHECK(meter.meter.interval_samples() == 3 * kRate_hz);
  CHECK(meter.meter.total_samples() == 4 * kRate_hz);
  CHECK(meter.total(0, "lufs_m_max") > meter.interval(0, "lufs_m") + 10);
}

TEST_CASE("level meter: clipped samples are those that 16 bits can't exceed; AES17; silence; what is not finite") {
  Meter meter(1, with([](auto& options) { options.is_aes17 = true; }));
  meter.meter.process(std::vector<float>{0.9999F, -1, 1, 1.5F, 32767.0F / 32768, 32766.0F / 32768});
  CHECK(meter.interval(0, "clipped_samples") == 4);
  meter.meter.next_interval();
  meter.meter.process(sines({1}, 1));
  CHECK(meter.interval(0, "rms_dbfs") == doctest::Approx(0).epsilon(1e-4));
  Meter silent(1);
  silent.meter.process(std::vector<float>(kRate_hz));
  CHECK(silent.interval(0, "peak_dbfs") == kMinusInfinity);
  CHECK(silent.interval(0, "lufs_m") == kMinusInfinity);
  Meter damaged(1);
  damaged.meter.process(std::vector<float>{std::nanf(""), 0.5F, INFINITY});
  CHECK(damaged.interval(0, "peak_dbfs") == doctest::Approx(db_from_amplitude(0.5)));
  CHECK(damaged.meter.nonfinite_samples() == 2);
}

TEST_CASE("level meter: a tone is in its band; columns are the same at every rate, those beyond it nan") {
  LevelMeterOptions calibrated = with_bands(3);
  calibrated.calibration_db = 100;
  Meter meter(1, calibrated);
  CHECK(meter.columns.size() == 10 + 31);
  meter.meter.process(sines({0.5}, 2));
  meter.meter.next_interval();
  meter.meter.process(sines({0.5}, 1));
  CHECK(meter.interval(0, "leq3_1000") == doctest::Approx(100 - 9.0309).epsilon(0.0005));
  CHECK(meter.interval(0, "leq3_4000") < 40);
  Meter low(1, with_bands(1), 8000);
  CHECK(low.columns == Meter(1, with_bands(1)).columns);
  low.meter.process(noise(8000));
  CHECK(std::isfinite(low.interval(0, "leq1_2000")));
  CHECK(std::isnan(low.interval(0, "leq1_4000")));
}

TEST_CASE("level meter: percentile levels of an interval and of the whole") {
  // 6 s at -20 and 4 s at -40 dBFS RMS, 1 kHz: A-weighting does nothing there.
  const double loud = amplitude_of(-20) * std::sqrt(2), quiet = amplitude_of(-40) * std::sqrt(2);
  Meter meter(1, with_percentiles({10, 50, 90}));
  auto signal = sines({loud}, 6);
  const auto rest = sines({quiet}, 4);
  signal.insert(signal.end(), rest.begin(), rest.end());
  meter.meter.process(signal);
  for (const bool is_total : {false, true}) {
    const auto level = [&](const char* column) {
      return is_total ? meter.total(0, column) : meter.interval(0, column);
    };
    CHECK(std::abs(level("la10_dbfs") + 20) < 0.05);
    CHECK(std::abs(level("la50_dbfs") + 20) < 0.05);
    CHECK(std::abs(level("la90_dbfs") + 40) < 0.05);
  }
  meter.meter.next_interval();
  CHECK(std::isnan(meter.interval(0, "la50_dbfs")));
  CHECK(std::abs(meter.total(0, "la50_dbfs") + 20) < 0.05);
}

TEST_CASE("level meter: options and rates that make no sense") {
  CHECK(usage_error([] { LevelMeter({kRate_hz, 1}, with_bands(2)); }).find("bands") != std::string::npos);
  CHECK(usage_error([] {
          LevelMeter({kRate_hz, 1}, with_percentiles({101}));
        }).find("percentile") != std::string::npos);
  Meter slow(1, {}, 100);  // too slow for loudness, levels are there
  slow.meter.process(std::vector<float>(100, 0.5F));
  CHECK(slow.interval(0, "rms_dbfs") == doctest::Approx(-6.0206));
  CHECK(std::isnan(slow.interval(0, "lufs_m")));
}
