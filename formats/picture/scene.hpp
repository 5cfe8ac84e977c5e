// What the panels of a picture share: the sound, the canvas, the scale of time, axes and text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "formats/picture/axis_ticks.hpp"
#include "formats/picture/canvas.hpp"
#include "formats/picture/picture_layout.hpp"
#include "stream/audio_overview.hpp"

namespace astream {

struct Scene {
  Canvas& canvas;
  const PictureLayout& layout;
  const AudioOverview& sound;
  const PictureOptions& options;

  double unit() const { return layout.unit; }
  /// At least 1, so that the time line of an empty stream has a scale.
  int64_t end_sample() const { return std::max<int64_t>(sound.end_sample(), 1); }
  double duration_s() const { return static_cast<double>(sound.end_sample()) / sound.format().rate_hz; }
  double x_of(double sample) const {
    return layout.spectrogram.x + layout.spectrogram.width * sample / static_cast<double>(end_sample());
  }

  TextStyle tick_text(Along along) const { return {15 * unit(), palette::kInk, false, false, along, Across::middle}; }
  TextStyle axis_text() const { return {16 * unit(), palette::kInk, false, true, Along::middle, Across::middle}; }
  LineStyle thin(const Color& color) const { return {color, unit()}; }
};

/// Which side of a panel an axis stands on.
enum class Side { left, right };

/// Ticks and numbers along a side of `panel`; `position` of each tick is its value's place, 0 at the bottom, 1 on top.
void draw_side_axis(const Scene& scene, const Rect& panel, Side side, std::span<const Tick> ticks,
                    std::span<const double> positions);
/// What an axis shows, along it.
void draw_axis_title(const Scene& scene, const Rect& panel, Side side, const std::string& title);
/// How many numbers find room along `length` pixels, one below the other.
int ticks_along(const Scene& scene, double length);
/// `text`, or as much of it as goes into `width` pixels, with an ellipsis.
std::string shorten_text(Canvas& canvas, const std::string& text, const TextStyle& style, double width);

void draw_waveform(const Scene& scene, const std::vector<std::string>& lane_names);
void draw_spectrogram(const Scene& scene);
void draw_levels(const Scene& scene);

}  // namespace astream
