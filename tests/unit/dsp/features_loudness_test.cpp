// EBU Tech 3341 and 3342: the synthetic test signals, made here, and what meters must read.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "dsp/features/loudness_meter.hpp"
#include "support/ebu_signals.hpp"
#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

constexpr int kRateHz = kEbuRate_hz;
/// For the long signals: the filter reads 0.01 LU higher there, well inside the tolerance.
constexpr int kLowRateHz = 8000;
constexpr double kSilent = -std::numeric_limits<double>::infinity();

/// The last row of the whole signal in one window.
FeatureRun whole(const std::vector<float>& signal, int channels = 2, int rate_hz = kRateHz) {
  return run_features(window_request({"loudness"}, rate_hz, static_cast<int64_t>(signal.size()) / channels, channels),
                      signal);
}

FeatureRun every_10_ms(const std::vector<float>& signal) {
  return run_features(window_request({"loudness"}, kRateHz, kRateHz / 100, 2), signal);
}

/// A sine with 10 ms fades.
std::vector<float> faded(std::vector<double> x) {
  const size_t fade = kRateHz / 100;
  for (size_t i = 0; i < fade; ++i) {
    const double gain = static_cast<double>(i) / static_cast<double>(fade);
    x[i] *= gain;
    x[x.size() - 1 - i] *= gain;
  }
  std::vector<float> stereo;
  for (const double value : x) stereo.insert(stereo.end(), 2, static_cast<float>(value));
  return stereo;
}

void check_true_peak(double measured_dbtp, double wanted_dbtp) {
  CHECK(measured_dbtp <= wanted_dbtp + 0.2);
  CHECK(measured_dbtp >= wanted_dbtp - 0.4);
}

}  // namespace

TEST_CASE("3341 cases 1 and 2: steady tones") {
  for (const double level : {-23.0, -33.0}) {
    const FeatureRun run = whole(stereo_tone({{5, level}}));
    for (const char* column : {"lufs_m", "lufs_s", "lufs_i"})
      CHECK(std::abs(run.at(0, column) - (level + 0.0067)) < 0.001);
    CHECK(run.at(0, "truepeak_dbtp") == doctest::Approx(level).epsilon(0.001));
  }
}

TEST_CASE("3341 cases 3 to 6: gating and channel weights") {
  const std::vector<std::vector<Part>> cases = {{{10, -36}, {60, -23}, {10, -36}},
                                                {{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}},
                                                {{20, -26}, {20.1, -20}, {20, -26}}};
  for (const auto& parts : cases)
    CHECK(std::abs(whole(stereo_tone(parts, kLowRateHz), 2, kLowRateHz).at(0, "lufs_i") - -23) < 0.1);
  std::vector<float> surround;
  const std::vector<float> tone = sine(1, 1000, kRateHz, 3 * kRateHz);
  for (const float x : tone)
    for (const double level : {-28.0, -28.0, -24.0, -30.0, -30.0})
      surround.push_back(static_cast<float>(x * std::pow(10, level / 20)));
  CHECK(std::abs(whole(surround, 5).at(0, "lufs_i") - -23.0163) < 0.01);
}

TEST_CASE("3341 cases 9 and 12: constant short-term and momentary loudness") {
  std::vector<Part> parts;
  for (int i = 0; i < 5; ++i) parts.insert(parts.end(), {{1.34, -20}, {1.66, -30}});
  FeatureRun run = every_10_ms(stereo_tone(parts));
  for (size_t row = 300; row < run.rows.size(); ++row) CHECK(std::abs(run.rows[row].values[1] - -22.9863) < 0.01);
  parts.clear();
  for (int i = 0; i < 25; ++i) parts.insert(parts.end(), {{0.18, -20}, {0.22, -30}});
  run = every_10_ms(stereo_tone(parts));
  for (size_t row = 100; row < run.rows.size(); ++row) CHECK(std::abs(run.rows[row].values[0] - -22.9604) < 0.01);
}

TEST_CASE("3341 cases 10 and 13: the largest value, wherever the burst begins") {
  for (const int i : {0, 1, 7, 10, 19}) {
    const FeatureRun slow = whole(stereo_tone({{i * 0.15, kSilent}, {3, -23}, {1, kSilent}}));
    CHECK(std::abs(slow.at(0, "lufs_s_max") - -23) < 0.1);
    const FeatureRun fast = whole(stereo_tone({{i * 0.02, kSilent}, {0.4, -23}, {1, kSilent}}));
    CHECK(std::abs(fast.at(0, "lufs_m_max") - -23) < 0.1);
  }
}

TEST_CASE("3341 cases 11 and 14: successive maxima in one stream") {
  std::vector<Part> slow, fast;
  for (int i = 0; i < 20; ++i) {
    slow.insert(slow.end(), {{i * 0.15, kSilent}, {3, -38.0 + i}, {3 - i * 0.15, kSilent}});
    fast.insert(fast.end(), {{i * 0.02, kSilent}, {0.4, -38.0 + i}, {0.4 - i * 0.02, kSilent}});
  }
  const FeatureRun slow_run =
      run_features(window_request({"loudness"}, kLowRateHz, 6 * kLowRateHz, 2), stereo_tone(slow, kLowRateHz));
  const FeatureRun fast_run =
      run_features(window_request({"loudness"}, kLowRateHz, kLowRateHz * 8 / 10, 2), stereo_tone(fast, kLowRateHz));
  REQUIRE(slow_run.rows.size() == 20);
  REQUIRE(fast_run.rows.size() == 20);
  for (int i = 0; i < 20; ++i) {
    CHECK(std::abs(slow_run.at(static_cast<size_t>(i), "lufs_s_max") - (-38 + i)) < 0.1);
    CHECK(std::abs(fast_run.at(static_cast<size_t>(i), "lufs_m_max") - (-38 + i)) < 0.1);
  }
}

TEST_CASE("3341 cases 15 to 19: true peak between the samples") {
  const struct {
    int divisor;
    double amplitude, degrees, wanted_dbtp;
  } cases[] = {{4, 0.5, 0, -6}, {4, 0.5, 45, -6}, {6, 0.5, 60, -6}, {8, 0.5, 67.5, -6}, {4, 1.41, 45, 3}};
  for (const auto& c : cases) {
    std::vector<double> x;
    for (int n = 0; n < kRateHz / 5; ++n)
      x.push_back(c.amplitude * std::sin(2 * std::numbers::pi * n / c.divisor + c.degrees * std::numbers::pi / 180));
    check_true_peak(whole(faded(x)).at(0, "truepeak_dbtp"), c.wanted_dbtp);
  }
}

TEST_CASE("3341 cases 20 to 23: a burst made at four times the rate and decimated") {
  // fs/6 at 0.5 with one period of fs/4 at 1.0 in the middle; Hamming low-pass as scipy's firwin makes it.
  constexpr int kFactor = 4, kTaps = 1023;
  const int steady = 24 * 400;
  std::vector<double> x;
  for (int n = 0; n < steady; ++n) x.push_back(0.5 * std::sin(2 * std::numbers::pi * n / 24));
  for (int n = 0; n < 16; ++n) x.push_back(std::sin(2 * std::numbers::pi * n / 16));
  for (int n = 0; n < steady; ++n) x.push_back(0.5 * std::sin(2 * std::numbers::pi * n / 24));
  std::vector<double> taps;
  double sum = 0;
  for (int i = 0; i < kTaps; ++i) {
    const double m = i - (kTaps - 1) / 2.0, cutoff = 0.96 / kFactor;
    const double sinc = m == 0 ? cutoff : std::sin(std::numbers::pi * m * cutoff) / (std::numbers::pi * m);
    taps.push_back(sinc * (0.54 - 0.46 * std::cos(2 * std::numbers::pi * i / (kTaps - 1))));
    sum += taps.back();
  }
  for (int offset = 0; offset < kFactor; ++offset) {
    std::vector<double> y;
    for (int at = offset; at < static_cast<int>(x.size()); at += kFactor) {
      double value = 0;
      for (int i = 0; i < kTaps; ++i) {
        const int from = at + (kTaps - 1) / 2 - i;
        if (from >= 0 && from < static_cast<int>(x.size()))
          value += taps[static_cast<size_t>(i)] * x[static_cast<size_t>(from)];
      }
      y.push_back(value / sum);
    }
    check_true_peak(whole(faded(y)).at(0, "truepeak_dbtp"), 0);
  }
}

TEST_CASE("3342 cases 1 to 4: loudness range") {
  const std::vector<std::pair<std::vector<double>, double>> cases = {
      {{-20, -30}, 10}, {{-20, -15}, 5}, {{-40, -20}, 20}, {{-50, -35, -20, -35, -50}, 15}};
  for (const auto& [levels, wanted_lu] : cases) {
    std::vector<Part> parts;
    for (const double level : levels) parts.push_back({20, level});
    CHECK(whole(stereo_tone(parts, kLowRateHz), 2, kLowRateHz).at(0, "lra_lu") ==
          doctest::Approx(wanted_lu).epsilon(0.002));
  }
}

TEST_CASE("the K filter at 48 kHz is the standard's, and its bilinear design shifts the reading at other rates") {
  const auto filter = k_weighting(48000);
  CHECK(filter[0].b0 == doctest::Approx(1.53512485958697).epsilon(1e-12));
  CHECK(filter[0].b1 == doctest::Approx(-2.69169618940638).epsilon(1e-12));
  CHECK(filter[0].a2 == doctest::Approx(0.73248077421585).epsilon(1e-12));
  CHECK(filter[1].a1 == doctest::Approx(-1.99004745483398).epsilon(1e-12));
  CHECK(filter[1].a2 == doctest::Approx(0.99007225036621).epsilon(1e-12));
  const std::pair<int, double> known[] = {{8000, -22.9804}, {16000, -22.9533}, {44100, -22.9905}, {96000, -23.0106}};
  for (const auto& [rate_hz, wanted] : known)
    CHECK(std::abs(whole(stereo_tone({{2, -23}}, rate_hz), 2, rate_hz).at(0, "lufs_i") - wanted) < 0.001);
}

TEST_CASE("before there is enough to measure the value is nan; silence is -inf") {
  const std::vector<float> silence(static_cast<size_t>(4 * kLowRateHz * 2));
  const FeatureRun run = run_features(window_request({"loudness"}, kLowRateHz, kLowRateHz / 5, 2), silence);
  CHECK(std::isnan(run.at(0, "lufs_m")));
  CHECK(std::isnan(run.at(0, "lufs_i")));
  CHECK(std::isinf(run.at(1, "lufs_m")));
  CHECK(std::isinf(run.at(1, "lufs_i")));
  CHECK(std::isnan(run.at(13, "lufs_s")));
  CHECK(std::isinf(run.at(14, "lufs_s")));
  CHECK(std::isinf(run.at(14, "truepeak_dbtp")));
}

TEST_CASE("mono reads 3.01 lower than dual mono; weights may be given") {
  const std::vector<float> mono = sine(std::pow(10, -23 / 20.0), 1000, kRateHz, 5 * kRateHz);
  FeatureRequest request = window_request({"lufs_i"}, kRateHz, 5 * kRateHz);
  const double single = run_features(request, mono).rows.at(0).values[0];
  request.options.loudness.is_dual_mono = true;
  CHECK(run_features(request, mono).rows.at(0).values[0] - single == doctest::Approx(3.0103).epsilon(1e-4));
  request.options.loudness.channel_weights = {1, 1};
  CHECK_THROWS_AS(run_features(request, mono), Error);
}
