#include "cli/draw_spectrum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace astream::cli {

namespace {

constexpr int kAxisColumns = 7;
constexpr double kMoreRange_db = 30;  ///< than the bars have
constexpr std::array kTicks_hz{50, 100, 200, 500, 1000, 2000, 5000, 10'000, 20'000};

std::string hz_text(int hz) {
  return hz < 1000 ? std::to_string(hz) : std::to_string(hz / 1000) + "k";
}

/// Where `hz` stands on the scale of the bands, 0..1.
double place_of(const StreamScene& stream, double hz) {
  const double low = stream.scan->low_hz(), high = stream.scan->high_hz();
  return std::log(hz / low) / std::log(high / low);
}

/// The largest of those of `bands` that cell `cell` of `cells` stands for.
template <typename Values>
double level_of_cell(const Values& bands, int cell, int cells) {
  const auto count = static_cast<double>(bands.size());
  const auto first = static_cast<size_t>(count * cell / cells);
  const auto end = std::max(first + 1, static_cast<size_t>(count * (cell + 1) / cells));
  return *std::max_element(bands.begin() + static_cast<std::ptrdiff_t>(first),
                           bands.begin() + static_cast<std::ptrdiff_t>(std::min(end, bands.size())));
}

double floor_db(const DisplayState& state) {
  return -(state.range_db + kMoreRange_db);
}

void draw_db_axis(Canvas& canvas, const Area& area, int rows, double low_db) {
  const int step_db = -low_db / 10 * 2 <= rows ? 10 : -low_db / 20 * 2 <= rows ? 20 : 40;
  for (int db = 0; db > low_db; db -= step_db) {
    const int row = area.top + std::min(rows - 1, static_cast<int>(db / low_db * rows));
    canvas.put_right(area.left + kAxisColumns - 1, row, std::to_string(db), {kFaint});
  }
}

void draw_hz_axis(Canvas& canvas, const Area& area, int row, int columns, const StreamScene& stream) {
  const int left = area.left + kAxisColumns;
  int free_from = left;
  for (const int hz : kTicks_hz) {
    const double place = place_of(stream, hz);
    if (place < 0 || place > 1) continue;
    const std::string text = hz_text(hz);
    const int width = static_cast<int>(text.size());
    const int at = std::min(left + static_cast<int>(place * columns) - width / 2, left + columns - width);
    if (at < free_from) continue;
    canvas.put(at, row, text, {kFaint});
    free_from = at + width + 1;
  }
  canvas.put_right(area.left + kAxisColumns - 1, row, "dB|Hz", {kFaint});
}

/// The glyph of a column that fills `eighths` of a cell from below.
char32_t column_glyph(int eighths, const DisplayLook& look) {
  if (look.is_utf8) return eighths <= 0 ? U' ' : static_cast<char32_t>(U'\u2580' + std::min(eighths, 8));
  return eighths <= 0 ? U' ' : eighths <= 2 ? U'.' : eighths <= 5 ? U':' : U'|';
}

char32_t shade_glyph(double share, const DisplayLook& look) {
  static constexpr std::u32string_view kBlocks = U" \u2591\u2592\u2593\u2588";
  static constexpr std::u32string_view kLetters = U" .:-=+*#%@";
  const std::u32string_view ramp = look.is_utf8 ? kBlocks : kLetters;
  const auto last = static_cast<double>(ramp.size() - 1);
  return ramp[static_cast<size_t>(std::lround(std::clamp(share, 0.0, 1.0) * last))];
}

/// Colours in steps: the eye sees no more, and a terminal has less to do.
Color heat_step(double share) {
  constexpr int kSteps = 48;
  static const std::array<Color, kSteps + 1> colors = [] {
    std::array<Color, kSteps + 1> made{};
    for (size_t i = 0; i < made.size(); ++i) made[i] = heat_color(static_cast<double>(i) / kSteps);
    return made;
  }();
  return colors[static_cast<size_t>(std::lround(std::clamp(share, 0.0, 1.0) * kSteps))];
}

/// The frequencies at the left of a spectrogram.
void draw_frequencies(Canvas& canvas, const Area& area, int rows, const StreamScene& stream) {
  int free_below = area.top + rows;
  for (const int hz : kTicks_hz) {
    const double place = place_of(stream, hz);
    if (place < 0 || place > 1) continue;
    const int row = area.top + rows - 1 - static_cast<int>(std::lround(place * (rows - 1)));
    if (row >= free_below) continue;
    canvas.put_right(area.left + kAxisColumns - 1, row, hz_text(hz), {kFaint});
    free_below = row - (rows >= 10 ? 1 : 0);
  }
}

void draw_times(Canvas& canvas, const Area& area, int row, int columns) {
  const int left = area.left + kAxisColumns;
  const double length_s = columns * StreamScene::kColumn_s;
  const int step_s = length_s > 30 ? 5 : length_s > 12 ? 2 : 1;
  canvas.put_right(left + columns, row, "now", {kFaint});
  for (int ago_s = step_s; ago_s <= length_s; ago_s += step_s) {
    const int at = left + columns - 1 - static_cast<int>(std::lround(ago_s / StreamScene::kColumn_s));
    if (at + 2 < left + columns - 4 && at >= left) canvas.put(at, row, std::to_string(-ago_s), {kFaint});
  }
  canvas.put_right(area.left + kAxisColumns - 1, row, "Hz|s", {kFaint});
}

}  // namespace

void draw_spectrum(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                   const DisplayLook& look) {
  const int columns = area.columns - kAxisColumns - 1, rows = area.rows - 1;
  if (stream.scan == nullptr || columns < 8 || rows < 2) return;
  const int left = area.left + kAxisColumns, bottom = area.top + rows - 1;
  const double low_db = floor_db(state);
  const auto eighths_of = [&](double db) {
    return static_cast<int>(std::lround(std::clamp(1 - db / low_db, 0.0, 1.0) * rows * 8));
  };
  for (int i = 0; i < columns; ++i) {
    const int filled = eighths_of(level_of_cell(stream.spectrum_db, i, columns));
    const int held = eighths_of(level_of_cell(stream.held_db, i, columns));
    for (int y = 0; y < rows; ++y) {
      const int here = filled - y * 8;
      if (here > 0)
        canvas.put(left + i, bottom - y, column_glyph(here, look), {heat_step(0.3 + 0.62 * (y + 0.5) / rows)});
    }
    const int held_row = (held - 1) / 8;
    if (held > 0 && held_row * 8 >= filled)
      canvas.put(left + i, bottom - held_row, look.is_utf8 ? U'\u2594' : U'-', {kFaint});
  }
  draw_db_axis(canvas, area, rows, low_db);
  draw_hz_axis(canvas, area, bottom + 1, columns, stream);
}

void draw_spectrogram(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                      const DisplayLook& look) {
  const int columns = area.columns - kAxisColumns - 1, rows = area.rows - 1;
  if (stream.scan == nullptr || columns < 8 || rows < 2) return;
  const int left = area.left + kAxisColumns;
  const bool is_halved = look.is_utf8 && look.depth >= ColorDepth::palette256;
  const int lines = is_halved ? rows * 2 : rows;
  constexpr double kTop_db = -10;  // spectra of music stay below it
  const double low_db = floor_db(state);
  const auto& kept = stream.spectrogram_db;
  const int known = std::min(columns, static_cast<int>(kept.size()));
  for (int i = 0; i < known; ++i) {
    const std::vector<float>& bands = kept[kept.size() - static_cast<size_t>(known - i)];
    const auto share = [&](int line) {
      return (level_of_cell(bands, lines - 1 - line, lines) - low_db) / (kTop_db - low_db);
    };
    const int column = left + columns - known + i;
    for (int y = 0; y < rows; ++y) {
      if (is_halved) {
        canvas.put(column, area.top + y, U'\u2580', {heat_step(share(2 * y)), heat_step(share(2 * y + 1))});
      } else {
        const double here = share(y);
        canvas.put(column, area.top + y, shade_glyph(here, look), {heat_step(0.25 + 0.75 * here)});
      }
    }
  }
  draw_frequencies(canvas, area, rows, stream);
  draw_times(canvas, area, area.top + rows, columns);
}

}  // namespace astream::cli
