// Level and loudness over time: RMS and peak of all channels in dBFS, momentary and short-term loudness in LUFS.
#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "formats/picture/scene.hpp"

namespace astream {

namespace {

constexpr double kLongest_s = 0.05, kShortest_s = 0.005;  ///< what a level is taken over, by the length of the sound
constexpr double kUsualSteps = 100;
constexpr double kMostSteps = 700;

struct LevelStep {
  double x = 0, peak_db = kNan, rms_db = kNan;
};

/// One a stretch of time; NaN in gaps, -inf in silence.
std::vector<LevelStep> measure_steps(const Scene& scene) {
  const auto end = static_cast<double>(scene.sound.end_sample());
  const double rate_hz = scene.sound.format().rate_hz;
  const double step_samples = std::clamp(end / kUsualSteps, kShortest_s * rate_hz, kLongest_s * rate_hz);
  const auto count = static_cast<int64_t>(std::clamp(end / step_samples, 1.0, kMostSteps));
  std::vector<LevelStep> steps;
  for (int64_t i = 0; i < count; ++i) {
    const auto from = static_cast<int64_t>(end * static_cast<double>(i) / static_cast<double>(count));
    const auto to = static_cast<int64_t>(end * static_cast<double>(i + 1) / static_cast<double>(count));
    LevelCell all;
    for (const LevelEnvelope& lane : scene.sound.lanes()) all.merge(level_between(lane, from, std::max(to, from + 1)));
    LevelStep step{scene.x_of(end * (static_cast<double>(i) + 0.5) / static_cast<double>(count))};
    if (!all.is_empty()) step = {step.x, db_from_amplitude(all.peak()), db_from_power(all.mean_square())};
    steps.push_back(step);
  }
  if (!steps.empty()) {  // the ends of the time line belong to the first and the last
    steps.insert(steps.begin(), steps.front());
    steps.push_back(steps.back());
    steps.front().x = scene.x_of(0);
    steps.back().x = scene.x_of(end);
  }
  return steps;
}

struct LevelScale {
  Rect panel;
  double low_db = -60, high_db = 0;
  double position_of(double db) const { return (std::clamp(db, low_db, high_db) - low_db) / (high_db - low_db); }
  double y_of(double db) const { return panel.bottom() - panel.height * position_of(db); }
};

/// 0 dB on top unless there is more; down to where nearly all curves stay above, -40 to -100 dB.
LevelScale choose_scale(const Scene& scene, const std::vector<LevelStep>& steps) {
  constexpr double kLeastDb = -120, kRareShare = 0.03, kLowestEnd = -100, kHighestEnd = -40;
  std::vector<double> values;
  double loudest_db = 0;
  const auto note = [&](double db) {
    if (db > kLeastDb) values.push_back(db);
  };
  for (const LevelStep& step : steps) {
    note(step.rms_db);
    if (!std::isnan(step.peak_db)) loudest_db = std::max(loudest_db, step.peak_db);
  }
  for (const LoudnessCell& cell : scene.sound.loudness().cells()) {
    if (cell.momentary_values > 0) note(cell.lowest_momentary_lufs);
  }
  LevelScale scale{scene.layout.levels};
  if (!values.empty()) {
    const auto rare = values.begin() + static_cast<std::ptrdiff_t>(kRareShare * static_cast<double>(values.size()));
    std::nth_element(values.begin(), rare, values.end());
    scale.low_db = std::clamp(std::floor((*rare - 3) / 10) * 10, kLowestEnd, kHighestEnd);
  }
  scale.high_db = std::ceil((loudest_db - 0.05) / 5) * 5;
  return scale;
}

/// Draws the parts of a curve between its NaNs.
template <typename Value>
void draw_curve(const Scene& scene, const LevelScale& scale, size_t count, const Value& value_at,
                const LineStyle& style) {
  std::vector<Point> points;
  for (size_t i = 0; i <= count; ++i) {
    const auto [x, db] = i < count ? value_at(i) : std::pair(0.0, kNan);
    if (!std::isnan(db)) {
      points.push_back({x, scale.y_of(db)});
      continue;
    }
    scene.canvas.polyline(points, style);
    points.clear();
  }
}

void draw_area(const Scene& scene, const LevelScale& scale, const std::vector<LevelStep>& steps) {
  std::vector<Point> corners;
  const auto fill = [&] {
    if (corners.empty()) return;
    corners.insert(corners.begin(), {corners.front().x, scale.panel.bottom()});
    corners.push_back({corners.back().x, scale.panel.bottom()});
    scene.canvas.polygon(corners, palette::kLevelArea);
    corners.clear();
  };
  for (const LevelStep& step : steps) {
    if (std::isnan(step.rms_db)) {
      fill();
    } else {
      corners.push_back({step.x, scale.y_of(step.rms_db)});
    }
  }
  fill();
}

/// Readings stand at the end of what they were measured over.
double reading_x(const Scene& scene, size_t cell) {
  const auto end = static_cast<int64_t>(cell + 1) * scene.sound.loudness().cell_samples();
  return scene.x_of(static_cast<double>(std::min(end, scene.end_sample())));
}

/// Where a cell holds several readings, from the lowest to the highest of them.
void draw_momentary(const Scene& scene, const LevelScale& scale) {
  const auto& cells = scene.sound.loudness().cells();
  std::vector<Point> upper, lower;
  const auto fill = [&] {
    upper.insert(upper.end(), lower.rbegin(), lower.rend());
    Color color = palette::kMomentary;
    color.alpha = 0.3;
    scene.canvas.polygon(upper, color);
    upper.clear();
    lower.clear();
  };
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].momentary_values == 0) {
      fill();
      continue;
    }
    upper.push_back({reading_x(scene, i), scale.y_of(cells[i].highest_momentary_lufs)});
    lower.push_back({reading_x(scene, i), scale.y_of(cells[i].lowest_momentary_lufs)});
  }
  fill();
  const auto highest = [&](size_t i) {
    return std::pair(reading_x(scene, i), cells[i].momentary_values > 0 ? cells[i].highest_momentary_lufs : kNan);
  };
  draw_curve(scene, scale, cells.size(), highest, {palette::kMomentary, 1.3 * scene.unit()});
}

void draw_short_term(const Scene& scene, const LevelScale& scale) {
  const auto& cells = scene.sound.loudness().cells();
  const auto mean = [&](size_t i) {
    return std::pair(reading_x(scene, i), cells[i].short_term_values > 0 ? cells[i].short_term_lufs() : kNan);
  };
  draw_curve(scene, scale, cells.size(), mean, {palette::kShortTerm, 2.4 * scene.unit()});
}

void draw_integrated(const Scene& scene, const LevelScale& scale) {
  const double lufs = scene.sound.totals().integrated_lufs, u = scene.unit();
  if (!std::isfinite(lufs) || lufs < scale.low_db) return;
  const double y = scale.y_of(lufs);
  const Rect& panel = scale.panel;
  scene.canvas.line({panel.x, y}, {panel.right(), y}, {palette::kIntegrated, 1.5 * u, 7 * u});
  TextStyle style = scene.tick_text(Along::start);
  style.color = palette::kIntegrated;
  scene.canvas.text({panel.right() + 9 * u, y}, "I " + format_tick(lufs, 0.1), style);
}

struct LegendEntry {
  const char* text;
  Color color;
  double width, dash;
};

/// Above the panel, from its right end; entries that find no room are left out.
void draw_legend(const Scene& scene, bool has_momentary, bool has_short_term, bool has_integrated) {
  const double u = scene.unit(), y = scene.layout.levels.y - 15 * u;
  std::vector<LegendEntry> entries;
  if (has_integrated) entries.push_back({"integrated loudness", palette::kIntegrated, 1.5, 7});
  if (has_short_term) entries.push_back({"short-term (3 s)", palette::kShortTerm, 2.4, 0});
  if (has_momentary) entries.push_back({"momentary (400 ms)", palette::kMomentary, 1.6, 0});
  entries.push_back({"RMS", palette::kLevelArea, 12, 0});
  entries.push_back({"peak", palette::kPeak, 1.3, 0});
  double right = scene.layout.levels.right();
  TextStyle style = scene.tick_text(Along::end);
  for (const LegendEntry& entry : entries) {
    const double width = scene.canvas.text_width(entry.text, style) + 38 * u;
    if (right - width < scene.layout.levels.x) continue;
    scene.canvas.text({right, y}, entry.text, style);
    const double line_x = right - width + 4 * u;
    if (entry.width > 4) {
      scene.canvas.fill({line_x, y - entry.width / 2 * u, 28 * u, entry.width * u}, entry.color);
    } else {
      scene.canvas.line({line_x, y}, {line_x + 28 * u, y}, {entry.color, entry.width * u, entry.dash * u});
    }
    right -= width + 20 * u;
  }
}

}  // namespace

void draw_levels(const Scene& scene) {
  const std::vector<LevelStep> steps = scene.sound.end_sample() > 0 ? measure_steps(scene) : std::vector<LevelStep>{};
  const LevelScale scale = choose_scale(scene, steps);
  const Rect& panel = scale.panel;
  draw_area(scene, scale, steps);
  const std::vector<Tick> ticks = decibel_ticks(scale.low_db, scale.high_db, ticks_along(scene, panel.height));
  std::vector<double> positions;
  for (const Tick& tick : ticks) {
    positions.push_back(scale.position_of(tick.value));
    const double y = scale.y_of(tick.value);
    scene.canvas.line({panel.x, y}, {panel.right(), y}, scene.thin(palette::kGrid));
  }
  const auto peak = [&](size_t i) { return std::pair(steps[i].x, steps[i].peak_db); };
  draw_curve(scene, scale, steps.size(), peak, {palette::kPeak, 1.1 * scene.unit()});
  draw_momentary(scene, scale);
  draw_short_term(scene, scale);
  draw_integrated(scene, scale);
  scene.canvas.frame(panel, scene.thin(palette::kFrame));
  draw_side_axis(scene, panel, Side::left, ticks, positions);
  draw_axis_title(scene, panel, Side::left, "dBFS, LUFS");
  const auto& cells = scene.sound.loudness().cells();
  const bool has_momentary = std::ranges::any_of(cells, [](const LoudnessCell& c) { return c.momentary_values > 0; });
  const bool has_short_term = std::ranges::any_of(cells, [](const LoudnessCell& c) { return c.short_term_values > 0; });
  draw_legend(scene, has_momentary, has_short_term, std::isfinite(scene.sound.totals().integrated_lufs));
}

}  // namespace astream
