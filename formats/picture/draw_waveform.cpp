// The waveform: a lane a channel, with its extremes and its RMS; single samples where there are few.
#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "formats/picture/scene.hpp"

namespace astream {

namespace {

constexpr size_t kMostTitledLanes = 2;  ///< more lanes have names in place of numbers
constexpr double kFullScale = 1 - 1.0 / 32768;

/// The smallest of 1, 2, 5 times a power of ten that the loudest sample does not exceed; 1 for silence.
double choose_amplitude(const Scene& scene) {
  double peak = 0;
  for (const LevelEnvelope& lane : scene.sound.lanes())
    peak = std::max(peak, level_between(lane, 0, scene.end_sample()).peak());
  if (peak <= 0) return 1;
  constexpr double kLeast = 1e-6;
  double power = std::pow(10, std::floor(std::log10(std::max(peak, kLeast))));
  for (;; power *= 10) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit * power >= peak * (1 - 1e-9)) return digit * power;
    }
  }
}

struct Lane {
  Rect rect;
  double amplitude = 1;
  double y_of(double value) const { return rect.y + rect.height / 2 * (1 - std::clamp(value / amplitude, -1.0, 1.0)); }
};

/// Upper and lower edges of what lies between two gaps.
struct Outline {
  std::vector<Point> upper, lower;
};

void fill_outline(const Scene& scene, Outline& outline, const Color& color) {
  if (outline.upper.empty()) return;
  outline.upper.insert(outline.upper.end(), outline.lower.rbegin(), outline.lower.rend());
  scene.canvas.polygon(outline.upper, color);
  outline.upper.push_back(outline.upper.front());
  scene.canvas.polyline(outline.upper, {color, 0.8 * scene.unit()});  // so that what is quiet stays a line
  outline = {};
}

void draw_envelope(const Scene& scene, const LevelEnvelope& envelope, const Lane& lane) {
  const auto columns = static_cast<int64_t>(lane.rect.width);
  for (const bool is_rms : {false, true}) {
    const Color& color = is_rms ? palette::kRms : palette::kEnvelope;
    Outline outline;
    for (int64_t column = 0; column < columns; ++column) {
      const int64_t from = column * scene.end_sample() / columns, to = (column + 1) * scene.end_sample() / columns;
      const LevelCell cell = level_between(envelope, from, std::max(to, from + 1));
      if (cell.is_empty()) {
        fill_outline(scene, outline, color);
        continue;
      }
      const double rms = std::sqrt(cell.mean_square()), x = lane.rect.x + static_cast<double>(column) + 0.5;
      outline.upper.push_back({x, lane.y_of(is_rms ? std::min(rms, cell.highest) : cell.highest)});
      outline.lower.push_back({x, lane.y_of(is_rms ? std::max(-rms, cell.lowest) : cell.lowest)});
    }
    fill_outline(scene, outline, color);
  }
}

/// Cells are single samples here.
void draw_samples(const Scene& scene, const LevelEnvelope& envelope, const Lane& lane) {
  const double u = scene.unit();
  std::vector<Point> points;
  const auto draw = [&] {
    scene.canvas.polyline(points, {palette::kRms, 1.5 * u});
    const bool has_room = lane.rect.width / static_cast<double>(scene.end_sample()) > 10 * u;
    for (const Point& point : points) {
      if (has_room) scene.canvas.polyline({&point, 1}, {palette::kRms, 6 * u});
    }
    points.clear();
  };
  for (size_t i = 0; i < envelope.cells().size(); ++i) {
    const LevelCell& cell = envelope.cells()[i];
    if (cell.is_empty()) {
      draw();
    } else {
      points.push_back({scene.x_of(static_cast<double>(i) + 0.5), lane.y_of(cell.highest)});
    }
  }
  draw();
}

void mark_clipping(const Scene& scene, const LevelEnvelope& envelope, const Lane& lane) {
  const double u = scene.unit();
  for (size_t i = 0; i < envelope.cells().size(); ++i) {
    const LevelCell& cell = envelope.cells()[i];
    const double x = scene.x_of((static_cast<double>(i) + 0.5) * static_cast<double>(envelope.cell_samples()));
    const auto mark = [&](double y, double inward) {
      scene.canvas.line({x, y}, {x, y + inward * 5 * u}, {palette::kAlarm, 1.5 * u});
    };
    if (cell.is_empty() || x > lane.rect.right()) continue;
    if (cell.highest >= kFullScale) mark(lane.rect.y, 1);
    if (cell.lowest <= -kFullScale) mark(lane.rect.bottom(), -1);
  }
}

void draw_lane_axes(const Scene& scene, const Lane& lane) {
  const double half = lane.amplitude / 2;
  const std::string decibels = format_tick(std::round(db_from_amplitude(half)), 1);
  const double step = std::pow(10, std::floor(std::log10(half) + 1e-9));
  const double exact_step = std::abs(half / step - std::round(half / step)) < 1e-6 ? step : step / 10;
  const double positions[] = {0.25, 0.5, 0.75};
  const Tick amplitudes[] = {{-half, format_tick(-half, exact_step)}, {0, "0"}, {half, format_tick(half, exact_step)}};
  const Tick levels[] = {{-half, decibels}, {0, "−∞"}, {half, decibels}};
  draw_side_axis(scene, lane.rect, Side::left, amplitudes, positions);
  draw_side_axis(scene, lane.rect, Side::right, levels, positions);
}

void draw_lane_name(const Scene& scene, const Lane& lane, const std::string& name, bool is_inside) {
  const double u = scene.unit();
  if (!is_inside) {
    TextStyle style = scene.tick_text(Along::end);
    style.size = std::min(style.size, lane.rect.height * 0.9);
    scene.canvas.text({lane.rect.x - 9 * u, lane.rect.y + lane.rect.height / 2}, name, style);
    return;
  }
  TextStyle style = scene.tick_text(Along::start);
  style.is_bold = true;
  const double width = scene.canvas.text_width(name, style);
  scene.canvas.fill({lane.rect.x + 4 * u, lane.rect.y + 3 * u, width + 10 * u, 20 * u}, {1, 1, 1, 0.75});
  scene.canvas.text({lane.rect.x + 9 * u, lane.rect.y + 13 * u}, name, style);
}

}  // namespace

void draw_waveform(const Scene& scene, const std::vector<std::string>& lane_names) {
  const Rect& panel = scene.layout.waveform;
  const auto& lanes = scene.sound.lanes();
  const double amplitude = choose_amplitude(scene), u = scene.unit();
  const double space = (lanes.size() > kMostTitledLanes ? 3 : 8) * u;
  const double count = static_cast<double>(lanes.size()), height = (panel.height - (count - 1) * space) / count;
  const bool has_numbers = lanes.size() <= kMostTitledLanes;
  for (size_t i = 0; i < lanes.size(); ++i) {
    const double y = std::round(panel.y + static_cast<double>(i) * (height + space));
    const Lane lane{{panel.x, y, panel.width, std::round(height)}, amplitude};
    scene.canvas.line({panel.x, lane.y_of(0)}, {panel.right(), lane.y_of(0)}, scene.thin(palette::kGrid));
    const bool has_few = lanes[i].cell_samples() == 1 && static_cast<double>(scene.end_sample()) < panel.width / 2;
    if (has_few) {
      draw_samples(scene, lanes[i], lane);
    } else {
      draw_envelope(scene, lanes[i], lane);
    }
    mark_clipping(scene, lanes[i], lane);
    scene.canvas.frame(lane.rect, scene.thin(palette::kFrame));
    if (has_numbers) draw_lane_axes(scene, lane);
    if (lanes.size() > 1 || scene.sound.format().channels > 1) draw_lane_name(scene, lane, lane_names[i], has_numbers);
  }
  const double step = std::pow(10, std::floor(std::log10(amplitude) + 1e-9));
  const std::string scale = has_numbers ? "" : " (±" + format_tick(amplitude, step) + ")";
  draw_axis_title(scene, panel, Side::left, "Amplitude" + scale);
  if (has_numbers) draw_axis_title(scene, panel, Side::right, "dBFS");
}

}  // namespace astream
