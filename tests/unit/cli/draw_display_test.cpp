// The display, drawn without a terminal: what stands where, in every look and size.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "cli/color_map.hpp"
#include "cli/draw_display.hpp"
#include "cli/truecolor_terminfo.hpp"
#include "support/signals.hpp"

using namespace astream;
using namespace astream::cli;

namespace {

constexpr int kRate_hz = 48000;

/// Four seconds of a 1 kHz sine at -12 dBFS; channel 1 clips.
void play(LevelScene& scene, int64_t stream, int channels, const std::string& label) {
  StreamStart start;
  start.stream = stream;
  start.label = start.uri = label;
  start.format = {kRate_hz, channels};
  start.source.codec = "pcm";
  start.source.tags["title"] = "A \x1b[31mtitle";
  scene.stream_start(start);
  std::vector<float> samples = test::sine(1000, kRate_hz, kRate_hz / 50, std::pow(10, -12.0 / 20), channels);
  Window window;
  window.stream = stream;
  window.format = start.format;
  window.valid_samples = kRate_hz / 50;
  for (int64_t i = 0; i < 200; ++i) {
    samples[0] = i == 100 ? 1.0F : 0.0F;
    window.sample = i * window.valid_samples;
    window.time_s = static_cast<double>(window.sample) / kRate_hz;
    window.samples = samples;
    scene.window(window);
  }
}

std::string text_of(const Canvas& canvas) {
  std::string text;
  for (int row = 0; row < canvas.rows(); ++row) text += canvas.row_text(row) + "\n";
  return text;
}

bool has(const Canvas& canvas, const std::string& text) {
  return text_of(canvas).find(text) != std::string::npos;
}

Canvas drawn(const LevelScene& scene, View view, int columns = 80, int rows = 24, const DisplayLook& look = {}) {
  DisplayState state;
  state.view = view;
  Canvas canvas(columns, rows);
  draw_display(canvas, scene.streams(), state, look);
  return canvas;
}

}  // namespace

TEST_CASE("display: levels, loudness and clips stand in the meter, nothing steers the terminal") {
  LevelScene scene({});
  play(scene, 0, 2, "song.wav");
  const Canvas canvas = drawn(scene, View::meter);
  for (const char* text : {"song.wav", "A ?[31mtitle", "playing", "0:04", "-15.0", "LUFS", "-12.0 LUFS", "true peak",
                           "LRA", "pcm, 48000 Hz, stereo", "quit"})
    CHECK_MESSAGE(has(canvas, text), text << "\n" << text_of(canvas));
  for (const char* name : {"L", "R"}) {
    bool is_there = false;
    for (int row = 0; row < canvas.rows(); ++row) is_there |= canvas.row_text(row).starts_with(" " + std::string(name));
    CHECK(is_there);
  }
  // The bars: -15 of 60 dB is three quarters of it.
  for (int row = 2; row < 6; ++row) {
    const auto lit = [&](int column) { return canvas.at(column, row).style.ink != kTrack; };
    if (!canvas.row_text(row).starts_with(" L")) continue;
    CHECK(lit(5));
    CHECK(lit(30));
    CHECK(!lit(52));
  }
  CHECK(canvas.at(79, 2).glyph == U' ');
}

TEST_CASE("display: the spectrum is highest at the tone, the spectrogram brightest, newest at the right") {
  LevelScene scene({});
  play(scene, 0, 1, "tone");
  const Canvas spectrum = drawn(scene, View::spectrum, 100, 30);
  int top_row = 99, top_column = 0;
  for (int row = 3; row < 28; ++row) {
    for (int column = 8; column < 99; ++column) {
      const char32_t glyph = spectrum.at(column, row).glyph;
      if (glyph < U'\u2581' || glyph > U'\u2588' || row >= top_row) continue;
      top_row = row;
      top_column = column;
    }
  }
  // log(1000 / 30) / log(20000 / 30) of 91 columns.
  CHECK(std::abs(top_column - (7 + 49)) <= 1);
  const Canvas gram = drawn(scene, View::spectrogram, 100, 30);
  const auto lightness = [](Color color) { return (color >> 16 & 0xFF) + (color >> 8 & 0xFF) + (color & 0xFF); };
  int brightest = 0, brightest_row = 0;
  for (int row = 3; row < 28; ++row) {
    const int here = std::max(lightness(gram.at(96, row).style.ink), lightness(gram.at(96, row).style.paper));
    if (here > brightest) {
      brightest = here;
      brightest_row = row;
    }
  }
  CHECK(std::abs(brightest_row - 14) <= 1);
  CHECK(gram.at(10, 14).glyph == U' ');  // 4 s are 40 columns
}

TEST_CASE("display: without colours and without Unicode everything is said by letters") {
  LevelScene scene({});
  play(scene, 0, 6, "surround");
  for (const View view : {View::meter, View::spectrum, View::spectrogram, View::all}) {
    const Canvas canvas = drawn(scene, view, 80, 30, {ColorDepth::none, false});
    const std::string text = text_of(canvas);
    CHECK(std::ranges::all_of(text, [](unsigned char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); }));
  }
  CHECK(has(drawn(scene, View::meter, 80, 30, {ColorDepth::none, false}), "LFE #####"));
}

TEST_CASE("display: every size, number of channels and of streams; a row each") {
  for (const int channels : {1, 2, 6, 32}) {
    LevelScene scene({});
    play(scene, 0, channels, "one");
    for (const View view : {View::meter, View::spectrum, View::spectrogram, View::all}) {
      for (const auto& [columns, rows] : {std::pair{40, 8}, {40, 60}, {79, 13}, {80, 24}, {300, 9}, {200, 60}})
        CHECK(has(drawn(scene, view, columns, rows), "one"));
    }
  }
  LevelScene scene({});
  for (int64_t i = 0; i < 3; ++i) play(scene, i, 2, "input" + std::to_string(i));
  scene.stream_error({3, "missing.wav", ErrorKind::open, "no such file", ""});
  const Canvas canvas = drawn(scene, View::all);
  for (const char* text : {"input0", "input1", "input2", "missing.wav", "failed", "no such file", "next"})
    CHECK(has(canvas, text));
  const Canvas waiting = [] {
    Canvas empty(80, 24);
    DisplayState state;
    state.waiting = "http://radio";
    draw_display(empty, {}, state, {});
    return empty;
  }();
  CHECK(has(waiting, "connecting: http://radio"));
}

TEST_CASE("colours: the map grows lighter evenly; few colours keep the hue") {
  double last = -1;
  for (int i = 0; i <= 64; ++i) {
    const Color color = heat_color(i / 64.0);
    const auto linear = [&](int shift) { return std::pow(((color >> shift) & 0xFF) / 255.0, 2.2); };
    const double luminance = 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
    CHECK(luminance > last);
    last = luminance;
  }
  CHECK(nearest_in_256(0xFF0000) == 196);
  CHECK(nearest_in_256(0x808080) == 244);
  CHECK(nearest_in_8(kGreen) == 2);
  CHECK(nearest_in_8(kRed) == 1);
  CHECK(nearest_in_8(kYellow) == 3);
  CHECK(nearest_in_8(level_color(-30)) == 2);
  CHECK(nearest_in_8(level_color(0)) == 1);
}

TEST_CASE("terminal descriptions: damaged ones are refused") {
  CHECK(!with_truecolor(""));
  CHECK(!with_truecolor("\x1a\x01 nonsense that is long enough for a head"));
  // A small whole one: name "x", no capabilities.
  const std::string small("\x1a\x01\x02\0\0\0\0\0\0\0\0\0x\0", 14);
  const auto made = with_truecolor(small);
  REQUIRE(made.has_value());
  CHECK(made->find("RGB") != std::string::npos);
  for (size_t length = 0; length < small.size(); ++length) CHECK(!with_truecolor(small.substr(0, length)));
}
