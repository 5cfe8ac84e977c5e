#include "formats/picture/draw_picture.hpp"

#include <algorithm>
#include <cmath>

#include "formats/picture/picture_text.hpp"
#include "formats/picture/scene.hpp"

namespace astream {

namespace {

/// Title above, what the sound is and its numbers below; in narrow pictures what it is stands beside the title.
void draw_header(const Scene& scene, const StreamStart& stream) {
  const Rect& header = scene.layout.header;
  const double u = scene.unit(), space = 30 * u;
  const double title_y = header.y + 40 * u, numbers_y = header.y + 70 * u, right = header.right();
  const TextStyle title{26 * u, palette::kInk, true};
  const TextStyle at_left{16 * u, palette::kFaintInk};
  TextStyle at_right = at_left;
  at_right.along = Along::end;
  const std::string numbers = shorten_text(scene.canvas, describe_levels(scene.sound), at_right, header.width);
  scene.canvas.text({right, numbers_y}, numbers, at_right);
  std::string sound = describe_sound(stream, scene.sound);
  double title_width = header.width;
  const double room = header.width - scene.canvas.text_width(numbers, at_left) - space;
  if (scene.canvas.text_width(sound, at_left) <= room) {
    scene.canvas.text({header.x, numbers_y}, sound, at_left);
  } else {
    sound = shorten_text(scene.canvas, sound, at_right, header.width * 0.6);
    scene.canvas.text({right, title_y}, sound, at_right);
    title_width -= scene.canvas.text_width(sound, at_right) + space;
  }
  scene.canvas.text({header.x, title_y}, shorten_text(scene.canvas, picture_title(stream), title, title_width), title);
}

/// One axis under the lowest panel; every panel has its ticks.
void draw_time_axis(const Scene& scene) {
  const double u = scene.unit();
  const Rect& lowest = scene.layout.levels;
  constexpr double kLabelRoom = 90;
  const TimeTicks axis = time_ticks(scene.duration_s(), std::max(static_cast<int>(lowest.width / (kLabelRoom * u)), 2));
  for (const Tick& tick : axis.ticks) {
    const double x = scene.x_of(tick.value * scene.sound.format().rate_hz);
    for (const Rect* panel : {&scene.layout.waveform, &scene.layout.spectrogram, &lowest}) {
      scene.canvas.line({x, panel->bottom()}, {x, panel->bottom() + 5 * u}, scene.thin(palette::kFrame));
      if (panel == &scene.layout.spectrogram) continue;
      scene.canvas.line({x, panel->y}, {x, panel->bottom()}, scene.thin(palette::kGrid));
    }
    scene.canvas.text({x, lowest.bottom() + 17 * u}, tick.label, scene.tick_text(Along::middle));
  }
  TextStyle title = scene.axis_text();
  title.is_vertical = false;
  scene.canvas.text({lowest.x + lowest.width / 2, lowest.bottom() + 42 * u}, "Time (" + axis.unit + ")", title);
  TextStyle note = scene.tick_text(Along::start);
  note.color = palette::kFaintInk;
  note.size = 13 * u;
  const std::string analysis =
      shorten_text(scene.canvas, describe_analysis(scene.sound), note, lowest.width / 2 - 60 * u);
  scene.canvas.text({lowest.x, lowest.bottom() + 42 * u}, analysis, note);
}

/// Parallel lines at 45 degrees, each cut off at the edges.
void hatch(const Scene& scene, const Rect& rect) {
  const double step = 9 * scene.unit();
  const double first = std::floor((rect.x - rect.bottom()) / step) * step;  // x - y of a line
  const auto lines = static_cast<int>(std::ceil((rect.right() - rect.y - first) / step));
  for (int i = 0; i < lines; ++i) {
    const double d = first + i * step;
    const double from = std::max(rect.x, rect.y + d), to = std::min(rect.right(), rect.bottom() + d);
    if (from < to) scene.canvas.line({from, from - d}, {to, to - d}, scene.thin(palette::kHatch));
  }
}

/// Over what was drawn, so that a gap too short for a pixel is seen too.
void draw_gaps(const Scene& scene) {
  const auto& gaps = scene.sound.gaps();
  const auto cell_x = [&](size_t i) {
    return scene.x_of(static_cast<double>(static_cast<int64_t>(i) * gaps.cell_samples()));
  };
  for (size_t i = 0; i < gaps.cells().size(); ++i) {
    if (gaps.cells()[i].samples == 0) continue;
    size_t end = i + 1;
    while (end < gaps.cells().size() && gaps.cells()[end].samples > 0) ++end;
    const double left = cell_x(i),
                 right = std::min(std::max(cell_x(end), left + 2 * scene.unit()), scene.layout.levels.right());
    for (const Rect& panel : {scene.layout.waveform, scene.layout.spectrogram, scene.layout.levels}) {
      const Rect rect{left, panel.y, right - left, panel.height};
      scene.canvas.fill(rect, palette::kGap);
      hatch(scene, rect);
    }
    i = end;
  }
  if (scene.sound.totals().gap_samples == 0) return;
  for (const Rect& panel : {scene.layout.waveform, scene.layout.spectrogram, scene.layout.levels}) {
    scene.canvas.frame(panel, scene.thin(palette::kFrame));
  }
}

void say_empty(const Scene& scene) {
  TextStyle style = scene.axis_text();
  style.is_vertical = false;
  style.color = palette::kFaintInk;
  const Rect& panel = scene.layout.spectrogram;
  scene.canvas.text({panel.x + panel.width / 2, panel.y + panel.height / 2}, "no audio", style);
}

}  // namespace

OverviewOptions overview_for(const PictureOptions& options, PictureKind kind) {
  const PictureLayout layout = lay_out_picture(options.width_px, options.height_px, options.text_scale, 1);
  const int scale = kind == PictureKind::svg ? 2 : 1;
  OverviewOptions overview;
  overview.columns = static_cast<size_t>(layout.spectrogram.width) * static_cast<size_t>(scale);
  overview.rows = static_cast<int>(layout.spectrogram.height) * scale;
  overview.scale = options.frequency_scale;
  overview.low_hz = options.low_hz;
  overview.high_hz = options.high_hz;
  overview.frame_s = options.frame_s;
  overview.is_dual_mono = options.is_dual_mono;
  return overview;
}

void draw_picture(Canvas& canvas, const StreamStart& stream, const AudioOverview& sound,
                  const PictureOptions& options) {
  const PictureLayout layout =
      lay_out_picture(options.width_px, options.height_px, options.text_scale, sound.lanes().size());
  const Scene scene{canvas, layout, sound, options};
  canvas.fill({0, 0, canvas.width(), canvas.height()}, palette::kPaper);
  draw_header(scene, stream);
  draw_waveform(scene, lane_names(stream, sound, options.has_source_channels));
  draw_spectrogram(scene);
  draw_levels(scene);
  draw_time_axis(scene);
  draw_gaps(scene);
  if (sound.end_sample() == 0) say_empty(scene);
}

}  // namespace astream
