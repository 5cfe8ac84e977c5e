#include <doctest/doctest.h>

#include <cmath>

#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

void check_indices(const std::vector<float>& signal, const std::vector<double>& golden) {
  const FeatureRun run = run_features(
      window_request({"aci", "ndsi", "adi", "aei", "ht", "hf", "h"}, 44100, static_cast<int64_t>(signal.size())),
      signal);
  REQUIRE(run.rows.size() == 1);
  for (size_t i = 0; i < golden.size(); ++i) {
    CAPTURE(run.columns[i]);
    CHECK(run.rows[0].values[i] == doctest::Approx(golden[i]).epsilon(1e-6));
  }
}

}  // namespace

TEST_CASE("acoustic indices of white noise and of tones in noise") {
  std::vector<float> noise;
  for (const double x : white_noise(44100 * 3)) noise.push_back(static_cast<float>(0.1 * x));
  check_indices(noise,
                {150.4852733, 0.8022491338, 2.30258506, 0.0001353447991, 0.9915040783, 0.9998893767, 0.9913943949});
  check_indices(tones_in_noise(44100, 44100 * 3),
                {146.0754864, 0.9991912829, 0.693080096, 0.8011583012, 0.9766518253, 0.5271788103, 0.5148701473});
}

TEST_CASE("silence has no NDSI and no entropies, and no diversity") {
  const FeatureRun run = run_features(window_request({"indices"}, 16000, 16000), std::vector<float>(16000));
  for (const char* zero : {"aci", "adi", "aei"}) CHECK(run.at(0, zero) == 0);
  for (const char* none : {"ndsi", "ht", "hf", "h"}) CHECK(std::isnan(run.at(0, none)));
}

TEST_CASE("ACI of chunks adds up; the bioacoustic index grows with what stands out in its band") {
  std::vector<float> noise;
  for (const double x : white_noise(16000 * 4)) noise.push_back(static_cast<float>(0.1 * x));
  FeatureRequest request = window_request({"aci"}, 16000, 16000);
  double sum = 0;
  for (const KeptRow& row : run_features(request, noise).rows) sum += row.values[0];
  request = window_request({"aci"}, 16000, 64000);
  request.options.indices.aci_chunk = TimeSpec{1, {}};
  CHECK(run_features(request, noise).rows.at(0).values[0] == doctest::Approx(sum));

  request = window_request({"bi"}, 16000, 64000);
  const double flat = run_features(request, noise).rows.at(0).values[0];
  const std::vector<float> bird = sine(0.3, 4000, 16000, 64000);
  std::vector<float> both = noise;
  for (size_t i = 0; i < both.size(); ++i) both[i] += bird[i];
  CHECK(run_features(request, both).rows.at(0).values[0] > flat);
}

TEST_CASE("the entropy of a steady envelope is 1") {
  const FeatureRun run = run_features(window_request({"ht"}, 16000, 16000), sine(0.5, 1000, 16000, 16000));
  CHECK(run.at(0, "ht") == doctest::Approx(1).epsilon(1e-6));
}
