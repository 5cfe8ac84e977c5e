#include "dsp/mixer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/signals.hpp"

using namespace astream;

namespace {

std::vector<float> mix(const MixMatrix& matrix, const std::vector<float>& input) {
  Mixer mixer(matrix);
  const auto output = mixer.process(input);
  return {output.begin(), output.end()};
}

/// The definition in mixer.hpp, in double.
std::vector<float> by_definition(const MixMatrix& matrix, const std::vector<float>& input) {
  std::vector<float> output;
  for (size_t i = 0; i < input.size(); i += static_cast<size_t>(matrix.in_channels)) {
    for (int out = 0; out < matrix.out_channels; ++out) {
      double sum = 0;
      for (int in = 0; in < matrix.in_channels; ++in) {
        sum += matrix.at(out, in) * static_cast<double>(input[i + static_cast<size_t>(in)]);
      }
      output.push_back(static_cast<float>(sum));
    }
  }
  return output;
}

}  // namespace

TEST_CASE("mono is the mean of the channels") {
  CHECK(mix(mean_to_mono(2), {1, 0, 0.5F, -0.5F, -1, -1}) == std::vector<float>{0.5F, 0, -1});
  CHECK(mix(mean_to_mono(1), {1, 2, 3}) == std::vector<float>{1, 2, 3});
  CHECK(mix(mean_to_mono(4), {1, 2, 3, 4}) == std::vector<float>{2.5F});
  for (const int channels : {1, 2, 3, 6, 8}) {
    const auto input = test::noise(1000, channels, static_cast<unsigned>(channels));
    CHECK(mix(mean_to_mono(channels), input) == by_definition(mean_to_mono(channels), input));
  }
}

TEST_CASE("channels are picked, in any order, also twice") {
  const std::vector<int> picks = {2, 0, 2};
  const auto matrix = pick_channels(3, picks);
  CHECK(matrix.in_channels == 3);
  CHECK(matrix.out_channels == 3);
  CHECK(mix(matrix, {1, 2, 3, 4, 5, 6}) == std::vector<float>{3, 1, 3, 6, 4, 6});
  const std::vector<int> second = {1};
  CHECK(mix(pick_channels(2, second), {1, 2, 3, 4}) == std::vector<float>{2, 4});
}

TEST_CASE("a channel that is not there is a usage error, counted from 1") {
  for (const int pick : {-1, 2, 1000}) {
    const std::vector<int> picks = {0, pick};
    try {
      pick_channels(2, picks);
      FAIL("it was picked");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(error.message() == "there is no channel " + std::to_string(pick + 1) + ", the input has 2 channels");
    }
  }
}

TEST_CASE("mono is copied to many") {
  CHECK(mix(copy_from_mono(2), {1, 2}) == std::vector<float>{1, 1, 2, 2});
  CHECK(mix(copy_from_mono(3), {1, 2}) == std::vector<float>{1, 1, 1, 2, 2, 2});
}

TEST_CASE("any matrix is followed") {
  const double centre = std::sqrt(0.5);
  const MixMatrix to_stereo{6, 2, {1, 0, centre, 0, centre, 0, 0, 1, centre, 0, 0, centre}};
  const auto input = test::noise(2000, 6, 4);
  CHECK(mix(to_stereo, input) == by_definition(to_stereo, input));
  const MixMatrix half{1, 1, {0.5}};
  CHECK(mix(half, {1, -2}) == std::vector<float>{0.5F, -1});
  const MixMatrix silent_second{2, 2, {1, 0, 0, 0}};
  CHECK(mix(silent_second, {1, 2, 3, 4}) == std::vector<float>{1, 0, 3, 0});
  const MixMatrix sum_and_nothing{2, 2, {1, 1, 0, 0}};
  CHECK(mix(sum_and_nothing, {1, 2, 3, 4}) == std::vector<float>{3, 0, 7, 0});
  const MixMatrix two_means{2, 2, {0.5, 0.5, 0.5, 0.5}};
  CHECK(mix(two_means, {1, 2}) == std::vector<float>{1.5F, 1.5F});
}

TEST_CASE("bits pass unchanged where a channel is only picked or copied") {
  const std::vector<float> odd = {1e-42F, -0.0F, 3.5F, std::numeric_limits<float>::infinity()};
  const std::vector<int> both = {1, 0};
  const auto swapped = mix(pick_channels(2, both), odd);
  CHECK(swapped == std::vector<float>{-0.0F, 1e-42F, std::numeric_limits<float>::infinity(), 3.5F});
  CHECK(std::signbit(swapped[0]));
}

TEST_CASE("damage in a channel that is not used stays out") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const MixMatrix mean_of_first_two{3, 1, {0.5, 0.5, 0}};
  CHECK(mix(mean_of_first_two, {1, 3, nan}) == std::vector<float>{2});
}

TEST_CASE("chunks give the same as the whole") {
  const auto input = test::noise(5000, 3, 8);
  const std::vector<int> picks = {2, 1};
  for (const MixMatrix& matrix : {mean_to_mono(3), pick_channels(3, picks), MixMatrix{3, 1, {0.3, 0.3, 0.4}}}) {
    const auto whole = mix(matrix, input);
    Mixer mixer(matrix);
    std::vector<float> joined;
    size_t done = 0;
    for (const int64_t chunk : test::random_chunks(5000, 700, 3)) {
      const auto part = mixer.process(std::span(input).subspan(done, static_cast<size_t>(chunk) * 3));
      joined.insert(joined.end(), part.begin(), part.end());
      done += static_cast<size_t>(chunk) * 3;
    }
    CHECK(joined == whole);
  }
}

TEST_CASE("a matrix that does not fit is refused") {
  CHECK_THROWS_AS(Mixer(MixMatrix{}), Error);
  CHECK_THROWS_AS(Mixer(MixMatrix{2, 1, {1}}), Error);
  CHECK_THROWS_AS(Mixer(MixMatrix{0, 1, {}}), Error);
}
