#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "formats/picture/axis_ticks.hpp"
#include "formats/picture/color_map.hpp"
#include "formats/picture/draw_picture.hpp"
#include "formats/picture/picture_receiver.hpp"
#include "support/temp_dir.hpp"

using namespace astream;

namespace {

std::vector<std::string> labels_of(const std::vector<Tick>& ticks) {
  std::vector<std::string> labels;
  for (const Tick& tick : ticks) {
    if (!tick.label.empty()) labels.push_back(tick.label);
  }
  return labels;
}
using Labels = std::vector<std::string>;

/// Lightness L of OKLab (B. Ottosson, 2020), 0..1.
double lightness_of(uint32_t color) {
  const auto linear = [&](int shift) {
    const double value = ((color >> shift) & 255U) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  const double r = linear(16), g = linear(8), b = linear(0);
  return 0.2104542553 * std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) +
         0.7936177850 * std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) -
         0.0040720468 * std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
}

/// Keeps what is drawn.
class KeptCanvas final : public Canvas {
 public:
  struct Text {
    std::string text;
    Point anchor;
    TextStyle style;
  };
  struct Image {
    Rect rect;
    Raster raster;
  };
  std::vector<Text> texts;
  std::vector<Image> images;
  double farthest_y = 0;

  KeptCanvas(double width, double height) : width_(width), height_(height) {}
  double width() const override { return width_; }
  double height() const override { return height_; }
  int raster_scale() const override { return 1; }
  void fill(const Rect& rect, const Color&) override { note({rect.right(), rect.bottom()}); }
  void polygon(std::span<const Point> corners, const Color&) override {
    for (const Point& corner : corners) note(corner);
  }
  void polyline(std::span<const Point> points, const LineStyle&) override {
    for (const Point& point : points) note(point);
  }
  void text(Point anchor, const std::string& text, const TextStyle& style) override {
    texts.push_back({text, anchor, style});
  }
  double text_width(const std::string& text, const TextStyle& style) override {
    return 0.6 * style.size * static_cast<double>(text.size());
  }
  void image(const Rect& rect, const Raster& raster) override { images.push_back({rect, raster}); }
  std::string finish() override { return {}; }

 private:
  void note(Point point) {
    CHECK(std::isfinite(point.x));
    CHECK(std::isfinite(point.y));
    farthest_y = std::max(farthest_y, point.y);
  }
  double width_, height_;
};

/// `count` samples of a tone in each channel, with `gap_samples` missing in the middle, in windows of 1000.
void feed(Receiver& receiver, const StreamStart& stream, int64_t count, int64_t gap_samples, double hz) {
  receiver.stream_start(stream);
  const auto channels = static_cast<size_t>(stream.format.channels);
  for (int64_t at = 0; at < count; at += 1000) {
    const int64_t samples = std::min<int64_t>(1000, count - at);
    std::vector<float> block(static_cast<size_t>(samples) * channels);
    for (size_t i = 0; i < block.size(); ++i) {
      const auto t = static_cast<double>(at + static_cast<int64_t>(i / channels)) / stream.format.rate_hz;
      block[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * hz * t));
    }
    Window window;
    window.stream = stream.stream;
    window.sample = at + (at >= count / 2 ? gap_samples : 0);
    window.format = stream.format;
    window.valid_samples = samples;
    window.samples = block;
    receiver.window(window);
  }
  StreamEnd end;
  end.stream = stream.stream;
  receiver.stream_end(end);
}

StreamStart make_stream(AudioFormat format, int64_t number = 0, const std::string& label = "tone") {
  StreamStart stream;
  stream.stream = number;
  stream.label = label;
  stream.format = stream.source.format = format;
  return stream;
}

/// A receiver that draws into a KeptCanvas.
class DrawingReceiver final : public Receiver {
 public:
  DrawingReceiver(KeptCanvas& canvas, PictureOptions options) : canvas_(canvas), options_(options) {}
  void stream_start(const StreamStart& stream) override {
    stream_ = stream;
    sound = std::make_unique<AudioOverview>(stream, overview_for(options_, PictureKind::png));
  }
  Flow window(const Window& window) override {
    sound->add(window);
    return Flow::proceed;
  }
  void stream_end(const StreamEnd&) override {
    sound->finish();
    draw_picture(canvas_, stream_, *sound, options_);
  }
  std::unique_ptr<AudioOverview> sound;

 private:
  KeptCanvas& canvas_;
  PictureOptions options_;
  StreamStart stream_;
};

}  // namespace

TEST_CASE("ticks stand at round numbers, as many as there is room for") {
  CHECK(labels_of(linear_ticks(0, 7.06, 8)) == Labels{"0", "1", "2", "3", "4", "5", "6", "7"});
  CHECK(labels_of(linear_ticks(0, 0.35, 4)) == Labels{"0.0", "0.1", "0.2", "0.3"});
  CHECK(labels_of(linear_ticks(-1, 1, 5)) == Labels{"−1.0", "−0.5", "0.0", "0.5", "1.0"});
  CHECK(labels_of(decibel_ticks(-100, -15, 5)) == Labels{"−100", "−80", "−60", "−40", "−20"});
  CHECK(labels_of(time_ticks(7200, 8).ticks) == Labels{"0:00", "0:30", "1:00", "1:30", "2:00"});
  CHECK(time_ticks(7200, 8).unit == "h:min");
  CHECK(labels_of(time_ticks(125, 5).ticks) == Labels{"0:00", "0:30", "1:00", "1:30", "2:00"});
  CHECK(labels_of(time_ticks(0.02, 3).ticks) == Labels{"0", "10", "20"});
  CHECK(time_ticks(0, 9).ticks.empty());
  const FrequencyAxis log(FrequencyScale::log, 20, 22050), mel(FrequencyScale::mel, 0, 22050);
  CHECK(labels_of(frequency_ticks(log, 0.06)) ==
        Labels{"20", "50", "100", "200", "500", "1k", "2k", "5k", "10k", "20k"});
  for (const FrequencyAxis& axis : {log, mel}) {
    double last = -1;
    for (const Tick& tick : frequency_ticks(axis, 0.1)) {
      if (tick.label.empty()) continue;
      CHECK(axis.position_of(tick.value) - last >= 0.1 - 1e-9);
      last = axis.position_of(tick.value);
    }
  }
  for (double duration_s = 1e-5; duration_s < 1e7; duration_s *= 1.7) {
    const size_t count = time_ticks(duration_s, 9).ticks.size();
    CHECK(count >= 2);
    CHECK(count <= 9);
  }
}

TEST_CASE("colour maps rise in lightness, evenly but for grey") {
  for (const ColorMapName name : {ColorMapName::viridis, ColorMapName::magma}) {
    double last = lightness_of(map_color(name, 0));
    for (int i = 1; i < 256; ++i) {
      const double lightness = lightness_of(map_color(name, i / 255.0));
      CHECK(lightness > last - 1e-3);
      CHECK(lightness < last + 0.02);
      last = lightness;
    }
    CHECK(last > 0.85);
  }
  CHECK(map_color(ColorMapName::gray, 0) == 0xFFFFFF);
  CHECK(map_color(ColorMapName::gray, 1) == 0);
  CHECK(map_color(ColorMapName::viridis, std::numeric_limits<double>::quiet_NaN()) == 0x440154);
  CHECK(map_color(ColorMapName::viridis, 7) == 0xfde725);
}

TEST_CASE("the brightest row of a tone lies at its frequency, on every scale") {
  for (const FrequencyScale scale : {FrequencyScale::linear, FrequencyScale::log, FrequencyScale::mel}) {
    KeptCanvas canvas(800, 600);
    PictureOptions options;
    options.width_px = 800;
    options.height_px = 600;
    options.frequency_scale = scale;
    options.colors = ColorMapName::gray;
    DrawingReceiver receiver(canvas, options);
    feed(receiver, make_stream({16000, 2}), 64000, 0, 1000);
    const Raster& map = canvas.images.at(0).raster;
    for (const int x : {0, map.width / 3, map.width - 1}) {
      int darkest = 0;
      const auto pixel = [&](int y) { return map.pixels[static_cast<size_t>(y * map.width + x)]; };
      for (int y = 1; y < map.height; ++y) darkest = pixel(y) < pixel(darkest) ? y : darkest;
      const double hz = receiver.sound->frequencies().hz_at(1 - (darkest + 0.5) / map.height);
      CHECK(hz == doctest::Approx(1000).epsilon(0.02));
    }
  }
}

TEST_CASE("labels stay inside and apart, at every size and length") {
  struct Case {
    int width, height, channels;
    int64_t samples, gap_samples;
  };
  for (const Case& c : {Case{400, 300, 1, 32000, 0}, Case{1600, 1000, 6, 80000, 16000}, Case{3000, 700, 2, 1, 0},
                        Case{600, 1600, 40, 5000, 0}, Case{800, 500, 2, 0, 0}}) {
    CAPTURE(c.width);
    KeptCanvas canvas(c.width, c.height);
    PictureOptions options;
    options.width_px = c.width;
    options.height_px = c.height;
    DrawingReceiver receiver(canvas, options);
    feed(receiver, make_stream({8000, c.channels}, 0, std::string(300, 'x')), c.samples, c.gap_samples, 440);
    CHECK(canvas.farthest_y <= c.height);
    std::vector<Rect> boxes;
    for (const auto& shown : canvas.texts) {
      const std::string& text = shown.text;  // clang 14 captures no structured bindings
      const Point anchor = shown.anchor;
      const TextStyle& style = shown.style;
      if (style.is_vertical || text.empty()) continue;
      const double width = canvas.text_width(text, style), height = 0.8 * style.size;
      const double share = style.along == Along::start ? 0 : style.along == Along::middle ? 0.5 : 1;
      const double top = anchor.y - (style.across == Across::middle ? height / 2 : height);
      const Rect box{anchor.x - share * width, top, width, height};
      CAPTURE(text);
      CHECK(box.x >= -1);
      CHECK(box.bottom() <= c.height);
      for (const Rect& other : boxes) {
        const bool is_apart =
            box.right() <= other.x || other.right() <= box.x || box.bottom() <= other.y || other.bottom() <= box.y;
        CHECK(is_apart);
      }
      boxes.push_back(box);
    }
  }
}

TEST_CASE("an overview of hours stays small, and knows its gaps") {
  OverviewOptions options;
  options.columns = 100;
  options.rows = 50;
  AudioOverview sound(make_stream({1000, 1}), options);
  std::vector<float> block(50000, 0.25F);
  block[777] = -1;
  for (int64_t i = 0; i < 200; ++i) {  // 10 million samples: nearly 3 h
    Window window;
    window.sample = i * 50000 + (i >= 100 ? 5000 : 0);
    window.format = {1000, 1};
    window.valid_samples = 50000;
    window.samples = block;
    sound.add(window);
  }
  sound.finish();
  CHECK(sound.end_sample() == 10'005'000);
  CHECK(sound.totals().gap_samples == 5000);
  CHECK(sound.lanes()[0].cells().size() <= 200);
  CHECK(sound.lanes()[0].cells().size() >= 100);
  CHECK(sound.spectrogram().columns().cells().size() <= 200);
  const LevelCell all = level_between(sound.lanes()[0], 0, sound.end_sample());
  CHECK(all.lowest == -1);
  CHECK(all.values == 10'000'000);
  int64_t missing = 0;
  for (const GapCell& cell : sound.gaps().cells()) missing += cell.samples;
  CHECK(missing == 5000);
}

TEST_CASE("streams that interleave get a file each; one name is for one stream") {
  const test::TempDir dir;
  const auto receiver = make_picture_receiver({}, dir.file("{stream}-{name}.png"), false);
  receiver->stream_start(make_stream({8000, 1}, 0, "a/b"));
  feed(*receiver, make_stream({8000, 1}, 1, "..c"), 4000, 0, 440);
  CHECK(std::filesystem::exists(dir.file("1-_.c.png")));
  CHECK(!std::filesystem::exists(dir.file("0-a_b.png")));
  receiver->stream_end({});
  CHECK(dir.read("0-a_b.png").starts_with("\x89PNG"));

  const auto single = make_picture_receiver({}, dir.file("one.svg"), false);
  feed(*single, make_stream({8000, 1}), 100, 0, 440);
  CHECK_THROWS_AS(single->stream_start(make_stream({8000, 1}, 1)), Error);
  const auto again = make_picture_receiver({}, dir.file("one.svg"), false);
  CHECK_THROWS_WITH_AS(again->stream_start(make_stream({8000, 1})), doctest::Contains("exists"), Error);
  CHECK_THROWS_WITH_AS(make_picture_receiver({}, dir.file("one.jpg"), false), doctest::Contains("PNG or SVG"), Error);
}
