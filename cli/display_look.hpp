// What the drawing of the display needs to know beside the levels: what the terminal can show, and what is asked for.
#pragma once

#include <string>

#include "cli/canvas.hpp"
#include "cli/color_map.hpp"

namespace astream::cli {

enum class View { meter, spectrum, spectrogram, all };

struct DisplayLook {
  ColorDepth depth = ColorDepth::truecolor;
  bool is_utf8 = true;
};

/// What the keys have set.
struct DisplayState {
  View view = View::all;
  double range_db = 60;  ///< of the bars; spectra show 30 dB more
  bool is_paused = false;
  size_t selected = 0;  ///< the stream whose spectrum is shown
  std::string waiting;  ///< what is being connected, while there is no stream
  std::string message;  ///< the last that was said, for the foot
  double rms_offset_db = 0;
};

/// A part of the canvas.
struct Area {
  int left = 0, top = 0, columns = 0, rows = 0;
  int right() const { return left + columns; }
};

inline constexpr Color kFaint = 0x7A8490;
inline constexpr Color kTrack = 0x22272E;
inline constexpr Color kBright = 0xF2F4F6;
inline constexpr Color kGreen = 0x3FCB7B;
inline constexpr Color kYellow = 0xE8B93C;
inline constexpr Color kRed = 0xF0524F;
inline constexpr Color kBlue = 0x5AA7E8;

/// "-12.3", right-aligned in `columns`; "-inf" in silence, "-" where nothing is known.
std::string level_text(double db, int columns);
/// `share` of `over` on top of `under`.
Color blend(Color under, Color over, double share);

}  // namespace astream::cli
