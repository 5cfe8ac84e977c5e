#include "av/layout_mix.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/av_layout.hpp"

using namespace astream;
using namespace astream::av;
using astream::test::Layout;

namespace {

const double kRoot = std::sqrt(0.5);

void check_gains(const MixMatrix& matrix, const std::vector<double>& expected) {
  REQUIRE(matrix.gains.size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(matrix.gains[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("layout_mix: names") {
  CHECK(layout_name(Layout("mono").layout) == "mono");
  CHECK(layout_name(Layout("stereo").layout) == "stereo");
  CHECK(layout_name(Layout("5.1(side)").layout) == "5.1(side)");
  CHECK(layout_name(Layout(1).layout) == "mono");
  CHECK(layout_name(Layout(2).layout) == "stereo");
  CHECK(layout_name(Layout(3).layout) == "3 channels");
  CHECK(layout_name(AVChannelLayout{}).empty());
}

TEST_CASE("layout_mix: 5.1 to stereo by ITU-R BS.775, without the LFE, scaled to full scale") {
  const auto matrix = mix_by_layout(Layout("5.1").layout, 2);
  REQUIRE(matrix);
  CHECK(matrix->in_channels == 6);
  CHECK(matrix->out_channels == 2);
  const double scale = 1 / (1 + kRoot + kRoot);  // FL + centre + back
  // FL FR FC LFE BL BR
  check_gains(*matrix, {scale, 0, kRoot * scale, 0, kRoot * scale, 0,  //
                        0, scale, kRoot * scale, 0, 0, kRoot * scale});
}

TEST_CASE("layout_mix: 5.1 to mono") {
  const auto matrix = mix_by_layout(Layout("5.1").layout, 1);
  REQUIRE(matrix);
  // FFmpeg: front channels at -3 dB each, the centre at 0 dB (-3 dB twice, coherent), backs another -3 dB down.
  const double front = kRoot;
  const double centre = 1.0;
  const double back = 0.5;
  const double sum = 2 * front + centre + 2 * back;
  check_gains(*matrix, {front / sum, front / sum, centre / sum, 0, back / sum, back / sum});
}

TEST_CASE("layout_mix: no output can exceed full scale") {
  for (const char* name : {"3.0", "quad", "5.0(side)", "5.1(side)", "6.1", "7.1", "7.1(wide)"}) {
    for (const int outs : {1, 2}) {
      CAPTURE(name);
      CAPTURE(outs);
      const auto matrix = mix_by_layout(Layout(name).layout, outs);
      REQUIRE(matrix);
      double loudest = 0;
      for (int out = 0; out < outs; ++out) {
        double sum = 0;
        for (int in = 0; in < matrix->in_channels; ++in) sum += std::abs(matrix->at(out, in));
        CHECK(sum <= 1.0 + 1e-12);
        loudest = std::max(loudest, sum);
      }
      CHECK(loudest == doctest::Approx(1.0));
    }
  }
}

TEST_CASE("layout_mix: nothing for one or two channels and for channels without names") {
  CHECK_FALSE(mix_by_layout(Layout("mono").layout, 2));
  CHECK_FALSE(mix_by_layout(Layout("stereo").layout, 1));
  CHECK_FALSE(mix_by_layout(Layout(6).layout, 1));
  CHECK_FALSE(mix_by_layout(Layout("5.1").layout, 64));
}
