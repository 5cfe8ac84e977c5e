#include "formats/raw_writer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "dsp/sample_integers.hpp"
#include "support/memory_sink.hpp"

using namespace astream;
using astream::test::MemorySink;

namespace {

StreamStart start_of(AudioFormat format) {
  StreamStart start;
  start.uri = "next.wav";
  start.format = format;
  start.plan = {2, 2, Tail::crop};
  return start;
}

Window window_of(const std::vector<float>& samples, AudioFormat format) {
  Window window;
  window.format = format;
  window.samples = samples;
  return window;
}

int16_t converted(float sample) {
  int16_t value = 77;
  convert_to_s16({&sample, 1}, {&value, 1});
  return value;
}

}  // namespace

TEST_CASE("raw_writer: f32le is the windows' samples one behind the other, over streams") {
  MemorySink sink;
  RawWriter writer(sink, SampleEncoding::f32le);
  const AudioFormat format{8000, 2};
  writer.set_start({"test"});
  writer.stream_start(start_of(format));
  writer.window(window_of({1, -1, 0.5, 0}, format));
  writer.stream_end({});
  writer.stream_start(start_of(format));
  writer.window(window_of({2, 0}, format));
  writer.stream_end({});
  writer.set_end({});
  CHECK(sink.bytes == std::string("\x00\x00\x80\x3f\x00\x00\x80\xbf\x00\x00\x00\x3f\x00\x00\x00\x00"
                                  "\x00\x00\x00\x40\x00\x00\x00\x00",
                                  24));
}

TEST_CASE("raw_writer: s16le golden bytes") {
  MemorySink sink;
  RawWriter writer(sink, SampleEncoding::s16le);
  writer.stream_start(start_of({8000, 1}));
  writer.window(window_of({0, 0.5, -0.5, 1, -1, 2, -2}, {8000, 1}));
  CHECK(sink.bytes == std::string("\x00\x00\x00\x40\x00\xc0\xff\x7f\x00\x80\xff\x7f\x00\x80", 14));
}

TEST_CASE("raw_writer: s16 rounds to nearest, ties to even, and clamps") {
  const float step = 1.0F / 32768;
  CHECK(converted(0.5F * step) == 0);
  CHECK(converted(1.5F * step) == 2);
  CHECK(converted(2.5F * step) == 2);
  CHECK(converted(-0.5F * step) == 0);
  CHECK(converted(-1.5F * step) == -2);
  CHECK(converted(0.50001F * step) == 1);
  CHECK(converted(32767 * step) == 32767);
  CHECK(converted(1) == 32767);
  CHECK(converted(-1) == -32768);
  CHECK(converted(1e30F) == 32767);
  CHECK(converted(-1e38F) == -32768);
  CHECK(converted(std::numeric_limits<float>::denorm_min()) == 0);
  CHECK(converted(std::numeric_limits<float>::infinity()) == 0);
  CHECK(converted(-std::numeric_limits<float>::infinity()) == 0);
  CHECK(converted(std::nanf("")) == 0);
  CHECK(converted(-std::nanf("")) == 0);
}

TEST_CASE("raw_writer: s16 agrees with lrintf for random samples of any count") {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1.2F, 1.2F);
  for (const size_t count : {size_t{0}, size_t{1}, size_t{7}, size_t{64}, size_t{100'003}}) {
    std::vector<float> samples(count);
    for (float& sample : samples) sample = uniform(random);
    std::vector<int16_t> integers(count);
    convert_to_s16(samples, integers);
    for (size_t i = 0; i < count; ++i) {
      const long rounded = lrintf(samples[i] * 32768);
      REQUIRE(integers[i] == std::max(-32768L, std::min(32767L, rounded)));
    }
  }
}

TEST_CASE("raw_writer: another rate or channel count is refused, both formats named") {
  for (const auto encoding : {SampleEncoding::f32le, SampleEncoding::s16le}) {
    MemorySink sink;
    RawWriter writer(sink, encoding);
    writer.stream_start(start_of({44100, 2}));
    writer.stream_end({});
    try {
      writer.stream_start(start_of({16000, 1}));
      FAIL("must throw");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::output);
      CHECK(error.message() == "this input has 16000 Hz, 1 channel, but the output began with 44100 Hz, 2 channels");
      CHECK(error.uri() == "next.wav");
      CHECK(error.hint() == "give --rate and --channels, or use -f records");
    }
    CHECK_NOTHROW(writer.stream_start(start_of({44100, 2})));
  }
}

TEST_CASE("raw_writer: a stream beside the open one is refused, one behind it is not") {
  MemorySink sink;
  RawWriter writer(sink, SampleEncoding::f32le);
  const AudioFormat format{8000, 1};
  writer.stream_start(start_of(format));
  StreamStart other = start_of(format);
  other.stream = 1;
  CHECK_THROWS_WITH_AS(writer.stream_start(other),
                       "another live input is being written, and this format holds one at a time", const Error&);
  writer.stream_end({.stream = 1});
  writer.window(window_of({1}, format));
  writer.stream_end({.stream = 0});
  CHECK_NOTHROW(writer.stream_start(other));
}

TEST_CASE("raw_writer: flushes after the first window, after each of a live one, and at the end") {
  MemorySink sink;
  RawWriter writer(sink, SampleEncoding::f32le);
  const AudioFormat format{8000, 1};
  writer.stream_start(start_of(format));
  for (int i = 0; i < 3; ++i) writer.window(window_of({0}, format));
  CHECK(sink.flushed_at == std::vector<size_t>{4});
  writer.stream_end({});
  StreamStart live = start_of(format);
  live.is_live = true;
  live.stream = 1;
  writer.stream_start(live);
  for (int i = 0; i < 2; ++i) writer.window(window_of({0}, format));
  CHECK(sink.flushed_at == std::vector<size_t>{4, 16, 20});
  writer.set_end({});
  CHECK(sink.flushed_at.size() == 4);
}
