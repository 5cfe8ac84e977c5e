#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "dsp/features/octave_bands.hpp"
#include "dsp/features/weighting_filter.hpp"
#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

const double kRatio = std::pow(10, 0.3);

}  // namespace

TEST_CASE("the analogue curves have the standard's values") {
  const struct {
    double hz, a_db, c_db;
  } table[] = {{31.5, -39.4, -3.0}, {63, -26.2, -0.8}, {125, -16.1, -0.2}, {250, -8.6, 0},     {500, -3.2, 0},
               {1000, 0, 0},        {2000, 1.2, -0.2}, {4000, 1.0, -0.8},  {8000, -1.1, -3.0}, {16000, -6.6, -8.5}};
  for (const auto& row : table) {
    CHECK(std::abs(weighting_db(Weighting::a, row.hz) - row.a_db) < 0.15);
    CHECK(std::abs(weighting_db(Weighting::c, row.hz) - row.c_db) < 0.15);
  }
  CHECK(std::abs(weighting_db(Weighting::a, 100) - -19.142777) < 1e-6);
  CHECK(std::abs(weighting_db(Weighting::a, 10000) - -2.491787) < 1e-6);
  CHECK(std::abs(weighting_db(Weighting::a, 1000)) < 1e-6);
}

TEST_CASE("the digital weightings follow the curves at every rate") {
  for (const int rate_hz : {8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000}) {
    for (const Weighting weighting : {Weighting::a, Weighting::c}) {
      const auto filter = make_weighting_filter(weighting, rate_hz);
      CAPTURE(rate_hz);
      const double top_hz = std::min(20000.0, 0.45 * rate_hz);
      for (double hz = 20; hz <= top_hz; hz *= 1.02) {
        const double error_db = cascade_gain_db(filter, hz / rate_hz) - weighting_db(weighting, hz);
        CHECK(std::abs(error_db) <= (rate_hz >= 44100 && hz < 4000 ? 0.05 : 0.3));
      }
    }
  }
}

TEST_CASE("a 1 kHz sine reads its RMS in every weighting; calibration and names") {
  FeatureRequest request = window_request({"laeq_db", "lceq_db", "lzeq_db"}, 48000, 48000);
  FeatureRun run = run_features(request, sine(0.5, 1000, 48000, 96000));
  CHECK(run.columns == std::vector<std::string>{"laeq_dbfs", "lceq_dbfs", "lzeq_dbfs"});
  for (const double level : run.rows.at(1).values) CHECK(std::abs(level - -9.0309) < 0.001);
  request.options.spl.calibration_db = 120;
  run = run_features(request, sine(0.5, 1000, 48000, 96000));
  CHECK(run.columns[0] == "laeq_db");
  CHECK(std::abs(run.rows.at(1).values[0] - 110.9691) < 0.001);
}

TEST_CASE("laeq and lceq agree with the exact curve on tones in noise") {
  const FeatureRun run =
      run_features(window_request({"laeq_db", "lceq_db", "lzeq_db"}, 48000, 48000), tones_in_noise(48000, 144000));
  const double exact[] = {-19.46090891, -13.05364676, -13.00751344};
  for (size_t i = 0; i < 3; ++i) CHECK(std::abs(run.rows.at(2).values[i] - exact[i]) < 0.1);
}

TEST_CASE("fast and slow answer to tone bursts as the closed form says") {
  constexpr int kRateHz = 48000;
  const auto reading = [&](double seconds, const char* column) {
    std::vector<float> burst = sine(0.5, 4000, kRateHz, static_cast<int64_t>(seconds * kRateHz));
    burst.resize(2 * kRateHz);
    return run_features(window_request({column}, kRateHz, 2 * kRateHz), burst).rows.at(0).values.at(0);
  };
  const double steady = -9.0309 + weighting_db(Weighting::a, 4000);
  for (const double seconds : {1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01}) {
    CHECK(std::abs(reading(seconds, "lafmax_db") - steady - 10 * std::log10(1 - std::exp(-seconds / 0.125))) < 0.15);
    CHECK(std::abs(reading(seconds, "lasmax_db") - steady - 10 * std::log10(1 - std::exp(-seconds))) < 0.15);
  }
}

TEST_CASE("fast levels fall by 34.7 dB a second, slow ones by 4.34; percentile levels follow") {
  constexpr int kRateHz = 16000;
  std::vector<float> signal = sine(0.5, 1000, kRateHz, 4 * kRateHz);
  signal.resize(6 * kRateHz);
  const FeatureRun run = run_features(window_request({"spl"}, kRateHz, kRateHz), signal);
  CHECK(run.at(4, "lafmin_dbfs") - run.at(5, "lafmin_dbfs") == doctest::Approx(34.74).epsilon(0.005));
  CHECK(run.at(4, "lasmax_dbfs") - run.at(5, "lasmax_dbfs") == doctest::Approx(4.343).epsilon(0.005));
  CHECK(run.at(5, "la10_dbfs") - run.at(5, "la90_dbfs") == doctest::Approx(0.8 * 34.74 * 0.99).epsilon(0.01));
  CHECK(run.at(5, "la10_dbfs") > run.at(5, "la50_dbfs"));
  CHECK(run.at(3, "sel_dbfs") == doctest::Approx(run.at(3, "laeq_dbfs")));
  const FeatureRun long_run = run_features(window_request({"spl"}, kRateHz, 4 * kRateHz), signal);
  CHECK(long_run.at(0, "sel_dbfs") - long_run.at(0, "laeq_dbfs") == doctest::Approx(6.0206).epsilon(1e-4));
}

TEST_CASE("third-octave levels agree with an independent filter bank") {
  const double golden[] = {
      -82.07496217, -79.19935537, -78.62680614, -78.49249779, -78.49764204, -78.61143174, -77.31021364, -75.00210517,
      -68.47647004, -50.3524672,  -14.49619191, -19.60576496, -53.92109067, -67.62612444, -67.17091822, -66.82677177,
      -65.71430983, -64.9979873,  -63.87468643, -61.97275351, -46.5616495,  -23.01350377, -47.62765396, -58.56762147,
      -57.77039607, -56.77056441, -55.90393015, -54.82525004, -53.92009369, -52.84416049, -51.85872416};
  const FeatureRun run = run_features(window_request({"thirdoctave"}, 48000, 48000), tones_in_noise(48000, 144000));
  REQUIRE(run.columns.size() == 31);
  CHECK(run.columns[0] == "leq3_20");
  CHECK(run.columns[2] == "leq3_31.5");
  CHECK(run.columns[30] == "leq3_20000");
  for (size_t band = 0; band < 31; ++band) CHECK(std::abs(run.rows.at(2).values[band] - golden[band]) < 0.001);
}

TEST_CASE("the band filters stay inside IEC 61260-1 class 1, from 25 Hz to the last band that fits") {
  struct Breakpoint {
    double octaves, least_db, most_db;  ///< of an octave filter, as an exponent of G
  };
  const Breakpoint breakpoints[] = {{0, -0.4, 0.4},     {0.125, -0.4, 0.5}, {0.25, -0.4, 0.7}, {0.375, -0.4, 1.4},
                                    {0.499, -0.4, 5.3}, {0.501, 1.2, 1e9},  {1, 16.6, 1e9},    {2, 40.5, 1e9},
                                    {3, 60, 1e9},       {4, 70, 1e9}};
  for (const int per_octave : {1, 3}) {
    // The standard narrows an octave's breakpoints to a fraction's by this factor.
    const double narrow = (std::pow(kRatio, 0.5 / per_octave) - 1) / (std::sqrt(kRatio) - 1);
    for (const double rate_hz : {44100.0, 48000.0}) {
      for (const OctaveBand& band : octave_bands_below(rate_hz, per_octave)) {
        if (band.low_hz < 22) continue;
        const auto filter = octave_band_filter(band, rate_hz);
        const double middle_hz = std::sqrt(band.low_hz * band.high_hz);
        for (const Breakpoint& point : breakpoints) {
          const double omega = 1 + narrow * (std::pow(kRatio, point.octaves) - 1);
          for (const double hz : {middle_hz / omega, middle_hz * omega}) {
            if (hz >= 0.5 * rate_hz) continue;
            const double attenuation_db = -cascade_gain_db(filter, hz / rate_hz);
            CAPTURE(band.nominal_hz);
            CAPTURE(hz);
            CHECK(attenuation_db >= point.least_db);
            CHECK(attenuation_db <= point.most_db);
          }
        }
      }
    }
  }
}

TEST_CASE("white noise rises by 1 dB per third octave, and the bands add up") {
  constexpr int kRateHz = 16000;
  std::vector<float> noise;
  for (const double x : white_noise(6 * kRateHz)) noise.push_back(static_cast<float>(0.3 * x));
  const FeatureRun run =
      run_features(window_request({"thirdoctave", "octave", "lzeq_db"}, kRateHz, 6 * kRateHz), noise);
  CHECK(std::abs(run.at(0, "leq3_5000") - run.at(0, "leq3_500") - 10) < 0.4);
  double thirds = 0;
  for (size_t band = 0; band < 26; ++band) thirds += std::pow(10, run.rows[0].values[band] / 10);
  const double share_db = 10 * std::log10((1000 * std::pow(kRatio, 8.5 / 3) - 18) / 8000);  // bands reach 7079 Hz
  CHECK(std::abs(10 * std::log10(thirds) - run.at(0, "lzeq_dbfs") - share_db) < 0.3);
  const double three = std::pow(10, run.at(0, "leq3_800") / 10) + std::pow(10, run.at(0, "leq3_1000") / 10) +
                       std::pow(10, run.at(0, "leq3_1250") / 10);
  CHECK(std::abs(10 * std::log10(three) - run.at(0, "leq1_1000")) < 0.2);
}

TEST_CASE("bands above half the rate are left out, once told") {
  const FeatureRun run = run_features(window_request({"octave"}, 16000, 16000), {});
  CHECK(run.columns.back() == "leq1_4000");
  REQUIRE(run.notes.size() == 1);
}
