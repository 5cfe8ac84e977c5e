// The spectrogram with its axis of frequency and its colour bar.
#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "formats/picture/color_map.hpp"
#include "formats/picture/scene.hpp"

namespace astream {

namespace {

constexpr float kLeastDb = -200, kMostDb = 100;

/// Levels in dB: `bands` values a column, column after column; a column without sound has NaN.
struct LevelMap {
  size_t columns = 0, bands = 0;
  std::vector<float> levels_db;
  std::span<const float> column(size_t i) const { return std::span(levels_db).subspan(i * bands, bands); }
};

/// The mean powers of [from, to), which are columns of `cells` and parts of them.
void average_cells(const std::vector<SpectrumCell>& cells, double from, double to, std::vector<double>& powers) {
  std::ranges::fill(powers, kNan);
  double sum = 0;
  for (auto i = static_cast<size_t>(from); i < cells.size() && static_cast<double>(i) < to; ++i) {
    const double share = std::min(to, static_cast<double>(i + 1)) - std::max(from, static_cast<double>(i));
    if (cells[i].is_empty() || share <= 0) continue;
    if (sum == 0) std::ranges::fill(powers, 0.0);
    for (size_t band = 0; band < powers.size(); ++band) powers[band] += share * cells[i].powers[band];
    sum += share;
  }
  for (double& power : powers) power /= sum > 0 ? sum : 1;
}

LevelMap make_level_map(const Scene& scene, size_t columns) {
  const PooledSpectrogram& spectrogram = scene.sound.spectrogram();
  LevelMap map{columns, spectrogram.bands().size(), {}};
  map.levels_db.reserve(map.columns * map.bands);
  const double cells =
      static_cast<double>(scene.end_sample()) / static_cast<double>(spectrogram.columns().cell_samples());
  std::vector<double> powers(map.bands);
  for (size_t i = 0; i < columns; ++i) {
    const double width = cells / static_cast<double>(columns), from = static_cast<double>(i) * width;
    average_cells(spectrogram.columns().cells(), from, from + width, powers);
    for (const double power : powers) {
      const auto level_db = static_cast<float>(db_from_power(power));
      map.levels_db.push_back(std::isnan(power) ? static_cast<float>(kNan) : std::clamp(level_db, kLeastDb, kMostDb));
    }
  }
  return map;
}

struct Range {
  double low_db = -100, high_db = 0;
};

/// From the loudest down to where the quietest tenth lies, but neither too little nor what can't be told apart.
Range choose_range(const LevelMap& map, const LevelRange& wanted) {
  if (wanted.low_db && wanted.high_db) return {*wanted.low_db, *wanted.high_db};
  constexpr double kLeastSpan = 60, kMostSpan = 100, kQuietShare = 0.1;
  std::array<int64_t, static_cast<size_t>(kMostDb - kLeastDb) + 1> counts{};
  int64_t total = 0;
  float loudest_db = kLeastDb;
  for (const float level_db : map.levels_db) {
    if (std::isnan(level_db)) continue;
    ++counts[static_cast<size_t>(level_db - kLeastDb)];
    ++total;
    loudest_db = std::max(loudest_db, level_db);
  }
  const bool is_silent = loudest_db <= kLeastDb;
  const double high_db = is_silent ? 0 : std::ceil(loudest_db / 5) * 5;
  double quiet_db = kLeastDb;
  int64_t passed = 0;
  for (const int64_t count : counts) {
    passed += count;
    if (static_cast<double>(passed) > kQuietShare * static_cast<double>(total)) break;
    ++quiet_db;
  }
  const double span_db = std::clamp(std::ceil((high_db - quiet_db) / 10) * 10, kLeastSpan, kMostSpan);
  return {high_db - wanted.span_db.value_or(span_db), high_db};
}

/// Between which bands a row of pixels lies, and how far.
struct RowPlace {
  size_t band = 0;
  float share = 0;
};

std::vector<RowPlace> place_rows(const Scene& scene, size_t rows) {
  const auto& bands = scene.sound.spectrogram().bands();
  const FrequencyAxis& axis = scene.sound.frequencies();
  std::vector<RowPlace> places(rows);
  for (size_t row = 0; row < rows; ++row) {
    const double hz = axis.hz_at(1 - (static_cast<double>(row) + 0.5) / static_cast<double>(rows));
    const auto above = std::ranges::upper_bound(bands, hz, {}, &FrequencyBand::hz);
    const auto next = static_cast<size_t>(above - bands.begin());
    if (next == 0 || next == bands.size()) {
      places[row] = {next == 0 ? 0 : next - 1, 0};
    } else {
      const double low_hz = bands[next - 1].hz, high_hz = bands[next].hz;
      places[row] = {next - 1, static_cast<float>((hz - low_hz) / (high_hz - low_hz))};
    }
  }
  return places;
}

Raster paint_map(const Scene& scene, const LevelMap& map, const Range& range, size_t rows) {
  constexpr size_t kColors = 256;
  constexpr uint32_t kPaper = 0xFFFFFF;
  std::array<uint32_t, kColors> colors{};
  for (size_t i = 0; i < kColors; ++i) {
    colors[i] = map_color(scene.options.colors, static_cast<double>(i) / (kColors - 1));
  }
  Raster raster{static_cast<int>(map.columns), static_cast<int>(rows), {}};
  raster.pixels.resize(map.columns * rows);
  const std::vector<RowPlace> places = place_rows(scene, rows);
  const auto low_db = static_cast<float>(range.low_db);
  const auto scale = static_cast<float>((kColors - 1) / (range.high_db - range.low_db));
  for (size_t x = 0; x < map.columns; ++x) {
    const std::span<const float> column = map.column(x);
    for (size_t y = 0; y < rows; ++y) {
      const RowPlace& place = places[y];
      const float lower_db = column[place.band];
      const float upper_db = place.share > 0 ? column[place.band + 1] : lower_db;
      const float index = (lower_db + (upper_db - lower_db) * place.share - low_db) * scale;
      const float clamped = std::clamp(index, 0.0F, static_cast<float>(kColors - 1));
      raster.pixels[y * map.columns + x] =
          std::isnan(index) ? kPaper : colors[static_cast<size_t>(std::lround(clamped))];
    }
  }
  return raster;
}

void draw_color_bar(const Scene& scene, const Range& range) {
  const Rect& bar = scene.layout.color_bar;
  constexpr int kSteps = 256;
  Raster raster{1, kSteps, {}};
  for (int i = 0; i < kSteps; ++i) {
    raster.pixels.push_back(map_color(scene.options.colors, 1 - static_cast<double>(i) / (kSteps - 1)));
  }
  // One column of pixels would be blended with the paper beside it.
  Raster wide{8, kSteps, {}};
  for (const uint32_t pixel : raster.pixels) wide.pixels.insert(wide.pixels.end(), 8, pixel);
  scene.canvas.image(bar, wide);
  scene.canvas.frame(bar, scene.thin(palette::kFrame));
  const std::vector<Tick> ticks = decibel_ticks(range.low_db, range.high_db, ticks_along(scene, bar.height));
  std::vector<double> positions;
  for (const Tick& tick : ticks) positions.push_back((tick.value - range.low_db) / (range.high_db - range.low_db));
  draw_side_axis(scene, bar, Side::right, ticks, positions);
  scene.canvas.text({bar.right() + 54 * scene.unit(), bar.y + bar.height / 2}, "Level (dBFS)", scene.axis_text());
}

}  // namespace

void draw_spectrogram(const Scene& scene) {
  const Rect& panel = scene.layout.spectrogram;
  const int scale = scene.canvas.raster_scale();
  const LevelMap map = make_level_map(scene, static_cast<size_t>(panel.width * scale));
  const Range range = choose_range(map, scene.options.range);
  if (scene.sound.end_sample() > 0) {
    scene.canvas.image(panel, paint_map(scene, map, range, static_cast<size_t>(panel.height * scale)));
  }
  scene.canvas.frame(panel, scene.thin(palette::kFrame));
  const FrequencyAxis& axis = scene.sound.frequencies();
  const std::vector<Tick> ticks = frequency_ticks(axis, 1.0 / ticks_along(scene, panel.height));
  std::vector<double> positions;
  for (const Tick& tick : ticks) positions.push_back(axis.position_of(tick.value));
  draw_side_axis(scene, panel, Side::left, ticks, positions);
  draw_axis_title(scene, panel, Side::left, "Frequency (Hz)");
  draw_color_bar(scene, range);
}

}  // namespace astream
