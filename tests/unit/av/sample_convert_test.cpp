#include "av/sample_convert.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "base/error.hpp"

using namespace astream;
using namespace astream::av;

namespace {

/// A frame with `values` (interleaved) in `format`, packed or planar.
template <typename Sample>
UniqueFrame make_frame(AVSampleFormat format, int channels, const std::vector<Sample>& values) {
  UniqueFrame frame(av_frame_alloc());
  frame->format = format;
  frame->nb_samples = static_cast<int>(values.size()) / channels;
  frame->sample_rate = 8000;
  av_channel_layout_default(&frame->ch_layout, channels);
  REQUIRE(av_frame_get_buffer(frame.get(), 0) >= 0);
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t sample = i / static_cast<size_t>(channels);
    const size_t channel = i % static_cast<size_t>(channels);
    const bool is_planar = av_sample_fmt_is_planar(format) != 0;
    uint8_t* const plane = frame->extended_data[is_planar ? channel : 0];
    std::memcpy(plane + (is_planar ? sample : i) * sizeof(Sample), &values[i], sizeof(Sample));
  }
  return frame;
}

template <typename Sample>
void check_format(AVSampleFormat packed, const std::vector<Sample>& values, const std::vector<float>& expected) {
  REQUIRE(values.size() == expected.size());
  for (const AVSampleFormat format : {packed, av_get_planar_sample_fmt(packed)}) {
    for (const int channels : {1, 2, 3, 6, 12}) {
      if (values.size() % static_cast<size_t>(channels) != 0) continue;
      CAPTURE(av_get_sample_fmt_name(format));
      CAPTURE(channels);
      std::vector<float> out;
      append_as_float(*make_frame(format, channels, values), out);
      CHECK(out == expected);
    }
  }
}

}  // namespace

TEST_CASE("sample_convert: u8") {
  check_format<uint8_t>(AV_SAMPLE_FMT_U8, {0, 1, 127, 128, 129, 255, 64, 192, 2, 3, 4, 5},
                        {-1.0F, -127 / 128.0F, -1 / 128.0F, 0, 1 / 128.0F, 127 / 128.0F, -0.5F, 0.5F, -126 / 128.0F,
                         -125 / 128.0F, -124 / 128.0F, -123 / 128.0F});
}

TEST_CASE("sample_convert: every s16 value") {
  std::vector<int16_t> values;
  std::vector<float> expected;
  for (int value = INT16_MIN; value <= INT16_MAX; ++value) {
    values.push_back(static_cast<int16_t>(value));
    expected.push_back(static_cast<float>(value / 32768.0));
  }
  values.insert(values.end(), 8, 7);  // a multiple of 12 and so of all channel counts
  expected.insert(expected.end(), 8, 7 / 32768.0F);
  check_format<int16_t>(AV_SAMPLE_FMT_S16, values, expected);
}

TEST_CASE("sample_convert: s32") {
  const std::vector<int32_t> values{INT32_MIN, INT32_MAX, 0, 1, -1, 0x100, 0x7FFFFF00, -0x7FFFFF00, 1 << 30, 3, 5, 7};
  std::vector<float> expected;
  for (const int32_t value : values) expected.push_back(static_cast<float>(value / 2147483648.0));
  check_format<int32_t>(AV_SAMPLE_FMT_S32, values, expected);
  CHECK(expected[0] == -1.0F);
  CHECK(expected[3] > 0);
}

TEST_CASE("sample_convert: s64") {
  const std::vector<int64_t> values{INT64_MIN, INT64_MAX, 0, int64_t{1} << 62, -(int64_t{1} << 62), int64_t{3} << 40};
  check_format<int64_t>(AV_SAMPLE_FMT_S64, values, {-1.0F, 1.0F, 0, 0.5F, -0.5F, 3.0F / (1 << 23)});
}

TEST_CASE("sample_convert: floats pass bit for bit, beyond full scale and NaN too") {
  const float nan = std::bit_cast<float>(0x7FC12345U);
  const std::vector<float> values{0.0F, -0.0F, 1.5F, -7.0F, std::numeric_limits<float>::denorm_min(), nan};
  for (const AVSampleFormat format : {AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP}) {
    for (const int channels : {1, 2, 3}) {
      std::vector<float> out;
      append_as_float(*make_frame(format, channels, values), out);
      REQUIRE(out.size() == values.size());
      CHECK(std::memcmp(out.data(), values.data(), values.size() * sizeof(float)) == 0);
    }
  }
}

TEST_CASE("sample_convert: doubles are rounded to the nearest float") {
  check_format<double>(AV_SAMPLE_FMT_DBL, {0.1, -0.1, 1.0 / 3, 1e-60, 2.5, -1.0},
                       {0.1F, -0.1F, static_cast<float>(1.0 / 3), 0.0F, 2.5F, -1.0F});
}

TEST_CASE("sample_convert: many channels") {
  std::vector<int16_t> values(64 * 5);
  std::vector<float> expected;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<int16_t>(i);
    expected.push_back(static_cast<float>(i) / 32768.0F);
  }
  std::vector<float> out;
  append_as_float(*make_frame(AV_SAMPLE_FMT_S16P, 64, values), out);
  CHECK(out == expected);
}

TEST_CASE("sample_convert: an empty frame and an unknown format") {
  std::vector<float> out{1, 2};
  const UniqueFrame empty(av_frame_alloc());
  empty->format = AV_SAMPLE_FMT_S16;
  av_channel_layout_default(&empty->ch_layout, 2);
  append_as_float(*empty, out);
  CHECK(out == std::vector<float>{1, 2});  // it is appended to
  empty->format = AV_SAMPLE_FMT_NONE;
  CHECK_THROWS_AS(append_as_float(*empty, out), Error);
}
