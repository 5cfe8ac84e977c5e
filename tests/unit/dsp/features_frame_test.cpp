// Features of one analysis frame, other than mel: golden numbers made from the formulas in numpy, and closed forms.
#include <doctest/doctest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

void check_row(const std::vector<double>& values, const std::vector<double>& golden, double relative = 1e-6) {
  REQUIRE(values.size() == golden.size());
  for (size_t i = 0; i < golden.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(values[i] - golden[i]) <= relative * std::abs(golden[i]) + 1e-9);
  }
}

FeatureRequest centred(std::vector<std::string> names, int rate_hz) {
  FeatureRequest request = feature_request(std::move(names), rate_hz);
  request.options.frame.alignment = FrameAlignment::centred;
  return request;
}

const std::vector<float>& tones() {
  static const std::vector<float> signal = tones_in_noise(22050, 44100);
  return signal;
}

}  // namespace

TEST_CASE("level, zcr and spectral shape of noise and of tones") {
  const FeatureRun run = run_features(feature_request({"rms", "peak", "zcr", "spectral"}, 22050), tones());
  check_row(run.rows.at(10).values, {0.00573504434, 0.009999557398, 0.5063476562, 5542.544412, 3178.791282, 9442.30957,
                                     0.5722365996, 0.9411950702, 2.601945843, 3.220827343, 4.231439955e-07});
  check_row(run.rows.at(60).values, {0.2240608403, 0.4086646438, 0.0517578125, 2001.598071, 2781.962711, 4543.505859,
                                     0.0004520437334, 0.1727461812, 2.65764706, 242.0197181, -0.0001942462926});
}

TEST_CASE("a tone on a bin") {
  const FeatureRun run = run_features(feature_request({"level", "spectral"}, 16000), sine(0.5, 1000, 16000, 16000));
  CHECK(run.at(5, "rms") == doctest::Approx(0.353553).epsilon(1e-5));
  CHECK(run.at(5, "rms_dbfs") == doctest::Approx(-9.0309).epsilon(1e-5));
  CHECK(run.at(5, "crest_db") == doctest::Approx(3.0103).epsilon(1e-4));
  CHECK(run.at(5, "centroid_hz") == doctest::Approx(1000));
  CHECK(run.at(5, "bandwidth_hz") == doctest::Approx(5.524273).epsilon(0.01));  // rounding to float widens it a little
  CHECK(run.at(5, "rolloff_hz") == 1007.8125);
  CHECK(run.at(5, "entropy") == doctest::Approx(0.125145).epsilon(1e-5));
  CHECK(run.at(5, "spec_crest") == doctest::Approx(512.5).epsilon(1e-5));
}

TEST_CASE("an impulse is flat") {
  std::vector<float> impulse(4096);
  impulse[1024] = 1;
  const FeatureRun run = run_features(feature_request({"spectral"}, 16000), impulse);
  CHECK(run.at(0, "centroid_hz") == doctest::Approx(4000));
  CHECK(run.at(0, "bandwidth_hz") == doctest::Approx(2311.655251));
  CHECK(run.at(0, "rolloff_hz") == 6804.6875);
  CHECK(run.at(0, "flatness") == doctest::Approx(1));
  CHECK(run.at(0, "entropy") == doctest::Approx(1));
  CHECK(run.at(0, "spec_crest") == doctest::Approx(1));
  CHECK(std::abs(run.at(0, "slope")) < 1e-12);
}

TEST_CASE("DC") {
  const FeatureRun run =
      run_features(feature_request({"level", "zcr", "spectral"}, 22050), std::vector<float>(8192, 0.5F));
  CHECK(run.at(2, "dc") == 0.5);
  CHECK(run.at(2, "zcr") == 0);
  CHECK(run.at(2, "centroid_hz") == doctest::Approx(3.58887).epsilon(1e-5));
  CHECK(run.at(2, "bandwidth_hz") == doctest::Approx(5.07542).epsilon(1e-5));
  CHECK(run.at(2, "rolloff_hz") == doctest::Approx(10.7666).epsilon(1e-5));
  CHECK(run.at(2, "flatness") == doctest::Approx(3.3e-13).epsilon(0.02));
  CHECK(run.at(2, "slope") == doctest::Approx(-4.067e-4).epsilon(1e-3));
}

TEST_CASE("zero crossings: every sample, and none at the padded edges") {
  std::vector<float> alternating(4096);
  for (size_t n = 0; n < alternating.size(); ++n) alternating[n] = n % 2 ? -1.0F : 1.0F;
  CHECK(run_features(feature_request({"zcr"}, 16000), alternating).at(0, "zcr") == 2047.0 / 2048);
  CHECK(run_features(centred({"zcr"}, 16000), alternating).at(0, "zcr") == 1023.0 / 2048);
  std::vector<float> tiny(2048, 1e-11F);
  for (size_t n = 0; n < tiny.size(); n += 2) tiny[n] = -1e-11F;
  CHECK(run_features(feature_request({"zcr"}, 16000), tiny).at(0, "zcr") == 0);
}

TEST_CASE("silence has defined values") {
  const FeatureRun run =
      run_features(feature_request({"level", "zcr", "spectral", "contrast", "pcen", "chroma", "pitch", "onset"}, 22050),
                   std::vector<float>(8192));
  for (const char* zero : {"rms", "peak", "dc", "zcr", "centroid_hz", "bandwidth_hz", "rolloff_hz", "entropy", "flux",
                           "spec_crest", "slope", "contrast_3", "pcen_7", "chroma_a", "onset"})
    CHECK_MESSAGE(run.at(3, zero) == 0, zero);
  CHECK(run.at(3, "flatness") == doctest::Approx(1));
  CHECK(std::isinf(run.at(3, "rms_dbfs")));
  CHECK(std::isnan(run.at(3, "crest_db")));
  CHECK(std::isnan(run.at(3, "f0_hz")));
}

TEST_CASE("levels can be clamped, and read as AES17") {
  FeatureRequest request = feature_request({"level"}, 16000);
  request.options.level.floor_db = -120;
  CHECK(run_features(request, std::vector<float>(2048)).at(0, "rms_dbfs") == -120);
  request.options.level.is_aes17 = true;
  CHECK(run_features(request, sine(1, 1000, 16000, 2048)).at(0, "rms_dbfs") == doctest::Approx(0).epsilon(1e-4));
}

TEST_CASE("contrast, chroma, PCEN and YIN of noise and of tones, centred") {
  FeatureRequest request = centred({"contrast"}, 22050);
  FeatureRun run = run_features(request, tones());
  check_row(run.rows.at(10).values,
            {12.53528079, 9.989550481, 8.472286846, 12.79571271, 16.54023566, 13.22628414, 12.05308346});
  check_row(run.rows.at(60).values,
            {17.04710865, 33.31777483, 10.08309379, 9.931378231, 33.53198075, 12.54900392, 14.11576028});
  run = run_features(centred({"chroma"}, 22050), tones());
  check_row(run.rows.at(60).values,
            {0.0002892607389, 0.0001283060972, 0.01765569352, 0.1734774971, 0.03237435324, 0.0002081104792,
             0.0003434657611, 0.01662059387, 0.3813273972, 1, 0.4183466561, 0.0133725938},
            1e-5);
  run = run_features(centred({"pcen_0", "pcen_5", "pcen_20", "pcen_60", "pcen_127"}, 22050), tones());
  check_row(run.rows.at(10).values, {0.3659010722, 0.3146944021, 0.7837418469, 0.9122495363, 0.782252589}, 1e-5);
  check_row(run.rows.at(60).values, {0.4384377448, 0.3621215966, 0.4261423188, 0.422520327, 0.4341946374}, 1e-5);
  request = centred({"pitch"}, 22050);
  check_row(run_features(request, tones()).rows.at(60).values, {226.8159775, 0.04054762199}, 1e-5);
  CHECK(std::isnan(run_features(request, tones()).at(10, "f0_hz")));
  request.options.pitch.voiced_below.reset();
  check_row(run_features(request, tones()).rows.at(10).values, {70.46936916, 0.8985604163}, 1e-5);
}

TEST_CASE("onset strength, as librosa shifts it and at its own frame") {
  const FeatureRun run = run_features(centred({"onset"}, 22050), tones());
  const std::vector<std::pair<size_t, double>> golden = {
      {0, 0}, {2, 0}, {3, 3.721735782}, {23, 5.707823212}, {24, 0.745516018}, {60, 1.045882926}};
  for (const auto& [row, value] : golden) CHECK(run.at(row, "onset") == doctest::Approx(value).epsilon(1e-6));
  FeatureRequest causal = centred({"onset"}, 22050);
  causal.options.onset.is_shifted = false;
  CHECK(run_features(causal, tones()).at(21, "onset") == run.at(23, "onset"));
}

TEST_CASE("A 440 is an a") {
  const FeatureRun run = run_features(feature_request({"chroma"}, 22050), sine(0.5, 440, 22050, 22050));
  CHECK(run.at(10, "chroma_a") == 1);
  CHECK(run.at(10, "chroma_gs") == doctest::Approx(0.209).epsilon(0.01));
  CHECK(run.at(10, "chroma_as") == doctest::Approx(0.2028).epsilon(0.01));
}

TEST_CASE("YIN finds the pitch of a sawtooth, and refuses frames that are too short") {
  std::vector<float> saw;
  for (int n = 0; n < 22050; ++n) saw.push_back(static_cast<float>(std::fmod(n * 151.3 / 22050, 1.0) - 0.5));
  const FeatureRun run = run_features(feature_request({"pitch"}, 22050), saw);
  for (const KeptRow& row : run.rows) CHECK(row.values[0] == doctest::Approx(151.3).epsilon(0.002));
  FeatureRequest request = feature_request({"pitch"}, 22050);
  request.options.pitch.low_hz = 10;
  CHECK_THROWS_AS(run_features(request, {}), Error);
}

TEST_CASE("contrast offers the bands that fit the rate") {
  CHECK(run_features(feature_request({"contrast"}, 16000), {}).columns.size() == 7);
  CHECK(run_features(feature_request({"contrast"}, 8000), {}).columns.size() == 6);
}

TEST_CASE("the spectrum as amplitudes and as a density") {
  FeatureRequest request = feature_request({"spectrum"}, 16000);
  request.options.spectrum.scale = SpectrumScale::amplitude;
  FeatureRun run = run_features(request, sine(0.5, 1000, 16000, 4096));
  CHECK(run.at(1, "mag_128") == doctest::Approx(0.5).epsilon(1e-6));
  request.options.spectrum = {SpectrumKind::power, SpectrumScale::psd};
  std::vector<float> noise;
  for (const double x : white_noise(65536)) noise.push_back(static_cast<float>(x));
  run = run_features(request, noise);
  double density = 0;
  for (const KeptRow& row : run.rows)
    for (const double value : row.values) density += value / static_cast<double>(run.rows.size());
  CHECK(density * 16000 / 2048 == doctest::Approx(1.0 / 3).epsilon(0.02));  // the variance
  request.options.spectrum = {SpectrumKind::db, SpectrumScale::none};
  CHECK(run_features(request, std::vector<float>(2048)).at(0, "db_5") == doctest::Approx(-100));
}
