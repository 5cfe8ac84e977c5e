#include "cli/draw_meters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

#include "base/units.hpp"
#include "formats/text_cells.hpp"

namespace astream::cli {

namespace {

constexpr int kNameColumns = 5;
constexpr int kNumberColumns = 8;

/// Where a value stands on a scale.
struct Scale {
  double low, high;
  double share(double value) const {
    return std::isnan(value) ? 0 : std::clamp((value - low) / (high - low), 0.0, 1.0);
  }
  double value(double share) const { return low + share * (high - low); }
};

/// One bar: filled to `body`, fainter on to `tip`, a tick at `held`; values on the scale, NaN for none.
struct Bar {
  double body, tip, held;
};

using ColorOf = std::function<Color(double)>;

struct Glyphs {
  char32_t body, tip, tick, track;
};

/// `is_last`: nothing of the same bar stands below.
Glyphs glyphs_of(const DisplayLook& look, bool is_last) {
  if (!look.is_utf8) return {U'#', U'=', U'|', U' '};
  if (look.depth == ColorDepth::none) return {U'\u2588', U'\u2592', U'\u2502', U' '};
  // Seven eighths of a cell's height, so that neighbours stand apart.
  if (look.depth == ColorDepth::eight) return {is_last ? U'\u2587' : U'\u2588', U'\u2592', U'\u2502', U' '};
  const char32_t block = is_last ? U'\u2587' : U'\u2588';
  return {block, block, U'\u2502', block};
}

void draw_bar(Canvas& canvas, int left, int row, int columns, const Scale& scale, const Bar& bar,
              const ColorOf& color_of, const DisplayLook& look, bool is_last = true) {
  const Glyphs glyphs = glyphs_of(look, is_last);
  const bool is_smooth = glyphs.track == glyphs.body;
  const double body = scale.share(bar.body) * columns, tip = scale.share(bar.tip) * columns;
  for (int i = 0; i < columns; ++i) {
    const Color color = color_of(scale.value((i + 0.5) / columns));
    const double body_here = std::clamp(body - i, 0.0, 1.0), tip_here = std::clamp(tip - i, 0.0, 1.0);
    if (is_smooth) {
      const Color faint = blend(kTrack, color, 0.42 * tip_here);
      canvas.put(left + i, row, glyphs.body, {blend(faint, color, body_here)});
    } else if (body_here >= 0.5 || tip_here >= 0.5) {
      canvas.put(left + i, row, body_here >= 0.5 ? glyphs.body : glyphs.tip, {color});
    }
  }
  if (std::isnan(bar.held) || bar.held <= scale.low) return;
  const int at = std::min(columns - 1, static_cast<int>(scale.share(bar.held) * columns));
  canvas.put(left + at, row, glyphs.tick, {kBright, kOwnColor, true});
}

/// Numbers below bars, as many as have room.
void draw_axis(Canvas& canvas, int left, int row, int columns, const Scale& scale, double step, bool has_sign) {
  int free_from = left - 1;
  const int first = static_cast<int>(std::ceil(scale.low / step));
  for (int i = first; i * step <= scale.high + 1e-9; ++i) {
    const int value = static_cast<int>(std::lround(i * step));
    const std::string text = (has_sign && value > 0 ? "+" : "") + std::to_string(value);
    const int width = static_cast<int>(text.size());
    const int middle = left + static_cast<int>(std::lround(scale.share(value) * (columns - 1)));
    const int at = std::clamp(middle - width / 2, left - 1, left + columns - width);
    if (at <= free_from) continue;
    canvas.put(at, row, text, {kFaint});
    free_from = at + width;
  }
}

double axis_step(const Scale& scale, int columns) {
  for (const double step : {3.0, 6.0, 12.0, 24.0}) {
    if ((scale.high - scale.low) / step * 6 <= columns) return step;
  }
  return 48;
}

/// How thick bars are, and how far apart.
struct Spacing {
  int height = 1, gap = 0;
};

Spacing spacing_of(int bars, int rows) {
  constexpr int kThickest = 3;
  for (int height = kThickest; height > 1; --height) {
    if (bars * (height + 1) - 1 <= rows) return {height, 1};
  }
  return {};
}

Color loudness_color(double lu) {
  if (lu > 1) return blend(kYellow, kRed, std::clamp((lu - 1) / 8, 0.0, 1.0));
  return lu >= -1 ? kGreen : blend(kBlue, kGreen, std::clamp((lu + 9) / 8, 0.0, 1.0));
}

std::string clip_text(int64_t count) {
  if (count < 100'000) return std::to_string(count);
  return count < 100'000'000 ? std::to_string(count / 1000) + "k" : std::to_string(count / 1'000'000) + "M";
}

}  // namespace

Color blend(Color under, Color over, double share) {
  Color mixed = 0;
  for (const int shift : {16, 8, 0}) {
    const double a = (under >> shift) & 0xFF, b = (over >> shift) & 0xFF;
    mixed |= static_cast<Color>(std::lround(a + share * (b - a))) << shift;
  }
  return mixed;
}

std::string level_text(double db, int columns) {
  std::array<char, 32> text{};
  if (std::isnan(db)) {
    std::snprintf(text.data(), text.size(), "%*s", columns, "-");
  } else if (std::isinf(db)) {
    std::snprintf(text.data(), text.size(), "%*s", columns, "-inf");
  } else {
    std::snprintf(text.data(), text.size(), "%*.1f", columns, db);
  }
  return text.data();
}

std::string channel_name(int channel, int channels) {
  constexpr std::array kStereo{"L", "R"};
  constexpr std::array kSurround{"FL", "FR", "FC", "LFE", "SL", "SR"};
  const auto c = static_cast<size_t>(channel);
  if (channels == 2) return kStereo[c];
  if (channels == 6) return kSurround[c];
  return std::to_string(channel + 1);
}

Color color_of(StreamState state) {
  switch (state) {
    case StreamState::live:
    case StreamState::failed:
      return kRed;
    case StreamState::playing:
      return kGreen;
    case StreamState::stalled:
    case StreamState::reconnecting:
      return kYellow;
    case StreamState::ended:
      return kFaint;
  }
  return kOwnColor;
}

int meter_rows(const StreamScene& stream) {
  return static_cast<int>(stream.meters.size()) + 1;
}

void draw_meters(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                 const DisplayLook& look) {
  const int channels = static_cast<int>(stream.meters.size());
  if (channels == 0 || area.rows < 2) return;
  const int left = area.left + kNameColumns, end = area.right() - 3 * kNumberColumns;
  const int columns = std::max(4, end - left - 1);
  const Scale scale{-state.range_db, 0};
  const int shown = std::min(channels, area.rows - 1);
  const Spacing spacing = spacing_of(shown, area.rows - 1);
  int row = area.top;
  for (int c = 0; c < shown; ++c, row += spacing.height + spacing.gap) {
    const MeterBallistics& meter = stream.meters[static_cast<size_t>(c)];
    const double rms_db = meter.rms_db() + state.rms_offset_db;
    for (int y = 0; y < spacing.height; ++y)
      draw_bar(canvas, left, row + y, columns, scale, {rms_db, meter.peak_db(), meter.held_db()}, level_color, look,
               y + 1 == spacing.height);
    const int middle = row + (spacing.height - 1) / 2;
    canvas.put(area.left + 1, middle, channel_name(c, channels), {kOwnColor, kOwnColor, true});
    canvas.put(end, middle, level_text(rms_db, kNumberColumns));
    const bool is_hot = meter.largest_db() > -1;
    canvas.put(end + kNumberColumns, middle, level_text(meter.largest_db(), kNumberColumns),
               {is_hot ? kRed : kOwnColor, kOwnColor, is_hot});
    const bool is_clipped = meter.clipped_samples() > 0;
    canvas.put_right(area.right(), middle, clip_text(meter.clipped_samples()),
                     {is_clipped ? kRed : kFaint, kOwnColor, is_clipped});
  }
  row -= spacing.gap;
  draw_axis(canvas, left, row, columns, scale, axis_step(scale, columns), false);
  canvas.put(area.left + 1, row, "dBFS", {kFaint});
  canvas.put_right(end + kNumberColumns, row, "rms", {kFaint});
  canvas.put_right(end + 2 * kNumberColumns, row, "peak", {kFaint});
  canvas.put_right(area.right(), row, "clip", {kFaint});
}

void draw_loudness(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayLook& look) {
  if (!stream.loudness) {
    canvas.put(area.left + 1, area.top, "no loudness below 4000 Hz", {kFaint});
    return;
  }
  constexpr double kTarget_lufs = -23;
  constexpr int kUnitColumns = 5;
  const int left = area.left + kNameColumns, end = area.right() - kNumberColumns - kUnitColumns;
  const int columns = std::max(4, end - left - 1);
  const Scale scale{-18, 9};
  const std::array values{stream.loudness->momentary_lufs(), stream.loudness->short_term_lufs(),
                          stream.loudness->integrated_lufs()};
  const std::array largest{stream.max_momentary_lufs, stream.max_short_term_lufs, std::nan("")};
  constexpr std::array kNames{"M", "S", "I"};
  const Spacing spacing = spacing_of(static_cast<int>(values.size()), area.rows - 2);
  for (size_t i = 0; i < values.size(); ++i) {
    const int row = area.top + static_cast<int>(i) * (spacing.height + spacing.gap) + (spacing.height - 1) / 2;
    const double lu = values[i] - kTarget_lufs;
    for (int y = 0; y < spacing.height; ++y)
      draw_bar(canvas, left, row - (spacing.height - 1) / 2 + y, columns, scale, {lu, lu, largest[i] - kTarget_lufs},
               loudness_color, look, y + 1 == spacing.height);
    canvas.put(area.left + 1, row, kNames[i], {kOwnColor, kOwnColor, true});
    canvas.put(end, row, level_text(values[i], kNumberColumns), {kOwnColor, kOwnColor, i == 2});
    canvas.put_right(area.right(), row, "LUFS", {kFaint});
  }
  const int axis_row = area.top + static_cast<int>(values.size()) * (spacing.height + spacing.gap) - spacing.gap;
  draw_axis(canvas, left, axis_row, columns, scale, 3, true);
  canvas.put(area.left + 1, axis_row, "LU", {kFaint});
  const int row = axis_row + 1;
  constexpr double kUnstable_s = 60;
  const auto figure = [&](int column, const std::string& name, const std::string& value, Color color) {
    column = canvas.put(column, row, name + " ", {kFaint});
    return canvas.put(column, row, value, {color, kOwnColor, true}) + 3;
  };
  int column = figure(area.left + 1, "true peak", level_text(stream.true_peak_db, 0) + " dBTP",
                      stream.true_peak_db > -1 ? kRed : kOwnColor);
  const bool is_stable = stream.time_s >= kUnstable_s;
  column = figure(column, "LRA", level_text(stream.loudness->range_lu(), 0) + (is_stable ? " LU" : " LU ?"), kOwnColor);
  column = figure(column, "max M", level_text(stream.max_momentary_lufs, 0), kOwnColor);
  figure(column, "max S", level_text(stream.max_short_term_lufs, 0) + " LUFS", kOwnColor);
}

void draw_stream_rows(Canvas& canvas, const Area& area, const std::vector<std::unique_ptr<StreamScene>>& streams,
                      const DisplayState& state, const DisplayLook& look) {
  const size_t room = static_cast<size_t>(std::max(0, area.rows - 1));
  const size_t first = streams.size() <= room ? 0 : std::min(state.selected, streams.size() - room);
  const int name_columns = std::clamp(area.columns / 4, 10, 40);
  const int numbers_at = area.right() - 4 * kNumberColumns;
  const int bar_at = area.left + 2 + name_columns + 14;
  const int columns = numbers_at - bar_at - 1;
  const Scale scale{-state.range_db, 0};
  int row = area.top;
  for (size_t i = first; i < std::min(streams.size(), first + room); ++i, ++row) {
    const StreamScene& stream = *streams[i];
    const bool is_selected = i == state.selected;
    canvas.put(area.left, row, is_selected ? (look.is_utf8 ? "\u25B8" : ">") : " ", {kYellow});
    const std::string name = printable_text(stream.start.label, look.is_utf8);
    canvas.put(area.left + 2, row, fit_text(name, name_columns, look.is_utf8), {kOwnColor, kOwnColor, is_selected});
    canvas.put(area.left + 3 + name_columns, row, state_name(stream.state), {color_of(stream.state)});
    if (stream.state == StreamState::failed && stream.meters.empty()) {
      canvas.put(bar_at, row, fit_text(printable_text(stream.error, look.is_utf8), area.right() - bar_at, look.is_utf8),
                 {kRed});
      continue;
    }
    Bar bar{-1000, -1000, -1000};
    double largest_db = -INFINITY;
    for (const MeterBallistics& meter : stream.meters) {
      bar.body = std::max(bar.body, meter.rms_db() + state.rms_offset_db);
      bar.tip = std::max(bar.tip, meter.peak_db());
      bar.held = std::max(bar.held, meter.held_db());
      largest_db = std::max(largest_db, meter.largest_db());
    }
    if (columns >= 4) draw_bar(canvas, bar_at, row, columns, scale, bar, level_color, look);
    const bool has_loudness = stream.loudness.has_value();
    const std::array numbers{largest_db, has_loudness ? stream.loudness->short_term_lufs() : NAN,
                             has_loudness ? stream.loudness->integrated_lufs() : NAN, stream.true_peak_db};
    for (size_t n = 0; n < numbers.size(); ++n)
      canvas.put(numbers_at + static_cast<int>(n) * kNumberColumns, row, level_text(numbers[n], kNumberColumns));
  }
  if (columns >= 4) draw_axis(canvas, bar_at, row, columns, scale, axis_step(scale, columns), false);
  constexpr std::array kHeads{"peak", "S LUFS", "I LUFS", "dBTP"};
  for (size_t n = 0; n < kHeads.size(); ++n)
    canvas.put_right(numbers_at + static_cast<int>(n + 1) * kNumberColumns, row, kHeads[n], {kFaint});
}

}  // namespace astream::cli
