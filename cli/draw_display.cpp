#include "cli/draw_display.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/units.hpp"
#include "cli/draw_meters.hpp"
#include "cli/draw_spectrum.hpp"
#include "formats/text_cells.hpp"

namespace astream::cli {

namespace {

constexpr int kHeadRows = 2;
constexpr int kLeastPanelRows = 4;

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

std::string channels_text(int channels) {
  return channels == 1 ? "mono" : channels == 2 ? "stereo" : std::to_string(channels) + " channels";
}

const char* mark_of(StreamState state) {
  switch (state) {
    case StreamState::live:
      return "\u25CF ";
    case StreamState::playing:
      return "\u25B6 ";
    case StreamState::stalled:
    case StreamState::reconnecting:
      return "\u25CC ";
    case StreamState::ended:
    case StreamState::failed:
      return "\u25A0 ";
  }
  return "";
}

/// Label and title; state and time at the right.
void draw_head(Canvas& canvas, const StreamScene& stream, const DisplayState& state, const DisplayLook& look) {
  std::string time = format_clock(std::floor(stream.time_s));
  if (stream.start.duration_s) time += " / " + format_clock(std::floor(*stream.start.duration_s));
  const int end = canvas.columns() - 1;
  canvas.put_right(end, 0, time, {kOwnColor, kOwnColor, true});
  const int state_end = end - text_columns(time) - 2;
  const std::string word = state.is_paused ? "paused" : std::string(state_name(stream.state));
  const std::string text = (look.is_utf8 && !state.is_paused ? mark_of(stream.state) : "") + word;
  canvas.put_right(state_end, 0, text, {state.is_paused ? kYellow : color_of(stream.state), kOwnColor, true});
  const int room = state_end - text_columns(text) - 3;
  const std::string label = printable_text(stream.start.label, look.is_utf8);
  const std::string title = printable_text(stream.title, look.is_utf8);
  const int label_room = title.empty() ? room : std::min(text_columns(label), room / 2);
  int column = canvas.put(1, 0, fit_text(label, std::max(0, std::min(label_room, text_columns(label))), look.is_utf8),
                          {kBright, kOwnColor, true});
  if (!title.empty() && room - column > 8)
    canvas.put(column + 2, 0, fit_text(title, std::min(text_columns(title), room - column - 1), look.is_utf8), {kBlue});
}

/// What the stream is, and what was lost of it.
void draw_facts(Canvas& canvas, const StreamScene& stream, const DisplayLook& look) {
  std::string facts = stream.start.source.codec.empty() ? stream.start.source.container : stream.start.source.codec;
  if (!facts.empty()) facts += ", ";
  if (stream.start.format.rate_hz > 0)
    facts += std::to_string(stream.start.format.rate_hz) + " Hz, " + channels_text(stream.start.format.channels);
  int column = canvas.put(1, 1, printable_text(facts, look.is_utf8), {kFaint}) + 3;
  const auto warn = [&](const std::string& text) { column = canvas.put(column, 1, text, {kYellow}) + 2; };
  if (stream.gap_s > 0) warn("gaps " + seconds_text(stream.gap_s));
  if (stream.dropped_s > 0) warn("dropped " + seconds_text(stream.dropped_s));
  if (stream.reconnects > 0)
    warn(std::to_string(stream.reconnects) + (stream.reconnects == 1 ? " reconnect" : " reconnects"));
  if (stream.state == StreamState::failed) canvas.put(column, 1, printable_text(stream.error, look.is_utf8), {kRed});
}

void draw_foot(Canvas& canvas, const DisplayState& state, bool is_many, const DisplayLook& look) {
  const int row = canvas.rows() - 1;
  if (!state.message.empty()) {
    canvas.put(1, row, fit_text(printable_text(state.message, look.is_utf8), canvas.columns() - 2, look.is_utf8),
               {kYellow});
    return;
  }
  struct Key {
    const char* key;
    const char* name;
  };
  constexpr std::array kKeys{Key{"q", "quit"},  Key{"p", "pause"},    Key{"tab", "next"},
                             Key{"m", "meter"}, Key{"s", "spectrum"}, Key{"g", "spectrogram"},
                             Key{"a", "all"},   Key{"+-", "range"},   Key{"r", "reset"}};
  int column = 1;
  for (const Key& key : kKeys) {
    if (std::string_view(key.key) == "tab" && !is_many) continue;
    const int width = static_cast<int>(std::string_view(key.key).size() + std::string_view(key.name).size()) + 1;
    if (column + width >= canvas.columns()) break;
    column = canvas.put(column, row, key.key, {kOwnColor, kOwnColor, true});
    column = canvas.put(column + 1, row, key.name, {kFaint}) + 2;
  }
}

/// Spectrum and spectrogram in what is left, as many as have room.
void draw_panels(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                 const DisplayLook& look) {
  if (area.rows >= 2 * (kLeastPanelRows + 1)) {
    Area upper = area, lower = area;
    upper.rows = area.rows / 2;
    lower.top += upper.rows;
    lower.rows -= upper.rows;
    draw_spectrum(canvas, upper, stream, state, look);
    draw_spectrogram(canvas, lower, stream, state, look);
  } else if (area.rows > kLeastPanelRows) {
    draw_spectrum(canvas, area, stream, state, look);
  }
}

Area below(const Area& area, int rows) {
  return {area.left, area.top + rows, area.columns, area.rows - rows};
}

/// Bars of one stream, or a row for each of several; returns what is left.
Area draw_bars(Canvas& canvas, Area area, const std::vector<std::unique_ptr<StreamScene>>& streams,
               const DisplayState& state, const DisplayLook& look) {
  const StreamScene& stream = *streams[state.selected];
  const bool is_alone = state.view == View::meter;
  const int spare = area.rows - kLoudnessRows;
  if (streams.size() > 1) {
    const int wanted = static_cast<int>(streams.size()) + 1;
    const int rows = is_alone ? std::min(wanted, area.rows) : std::min(wanted, area.rows / 2);
    draw_stream_rows(canvas, {area.left, area.top, area.columns, rows}, streams, state, look);
    area = below(area, rows + 1);
    if (!is_alone || area.rows < meter_rows(stream) + kLoudnessRows + 1) return area;
  }
  constexpr int kThickBar = 4;  // with the gap behind it
  const int loudness_rows = is_alone ? std::clamp(area.rows / 2, kLoudnessRows, 3 * kThickBar + 1) : kLoudnessRows;
  int rows = std::min(meter_rows(stream), spare >= 2 ? spare : area.rows);
  if (is_alone)
    rows = std::clamp((meter_rows(stream) - 1) * kThickBar, rows, std::max(rows, area.rows - loudness_rows - 1));
  draw_meters(canvas, {area.left, area.top, area.columns, rows}, stream, state, look);
  area = below(area, rows);
  const bool is_roomy = area.rows >= kLoudnessRows + 1 && (is_alone || area.rows >= kLoudnessRows + 12);
  if (is_roomy) area = below(area, 1);
  if (area.rows < kLoudnessRows) return area;
  const int below_meters = std::min(loudness_rows, area.rows);
  draw_loudness(canvas, {area.left, area.top, area.columns, below_meters}, stream, look);
  return below(area, below_meters + (is_roomy ? 1 : 0));
}

}  // namespace

void draw_display(Canvas& canvas, const std::vector<std::unique_ptr<StreamScene>>& streams, const DisplayState& state,
                  const DisplayLook& look) {
  draw_foot(canvas, state, streams.size() > 1, look);
  if (streams.empty()) {
    const std::string text = "connecting: " + printable_text(state.waiting, look.is_utf8);
    canvas.put(1, 0, fit_text(text, canvas.columns() - 2, look.is_utf8), {kYellow, kOwnColor, true});
    return;
  }
  const StreamScene& stream = *streams[std::min(state.selected, streams.size() - 1)];
  draw_head(canvas, stream, state, look);
  draw_facts(canvas, stream, look);
  Area area{0, kHeadRows, canvas.columns() - 1, canvas.rows() - kHeadRows - 1};
  if (area.rows > 24) area = {0, kHeadRows + 1, area.columns, area.rows - 1};
  switch (state.view) {
    case View::meter:
      draw_bars(canvas, area, streams, state, look);
      return;
    case View::spectrum:
      return draw_spectrum(canvas, area, stream, state, look);
    case View::spectrogram:
      return draw_spectrogram(canvas, area, stream, state, look);
    case View::all:
      return draw_panels(canvas, draw_bars(canvas, area, streams, state, look), stream, state, look);
  }
}

}  // namespace astream::cli
