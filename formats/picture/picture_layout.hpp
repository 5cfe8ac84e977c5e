// Where the parts of a picture lie, and in which sizes and colours they are drawn.
#pragma once

#include "formats/picture/canvas.hpp"
#include "formats/picture/picture_options.hpp"

namespace astream {

/// Edges of the panels are whole pixels. `unit` is a pixel of a picture of 1600x1000: sizes of text and lines are
/// multiples of it.
struct PictureLayout {
  double unit = 1;
  Rect header;
  Rect waveform, spectrogram, levels;  ///< the plots themselves; labels lie around them
  Rect color_bar;
};

/// `lanes` of the waveform: more of them get more room.
PictureLayout lay_out_picture(int width_px, int height_px, double text_scale, size_t lanes);

namespace palette {

inline constexpr Color kPaper{1, 1, 1};
inline constexpr Color kInk{0.13, 0.13, 0.13};
inline constexpr Color kFaintInk{0.36, 0.36, 0.36};
inline constexpr Color kFrame{0.35, 0.35, 0.35};
inline constexpr Color kGrid{0, 0, 0, 0.10};
inline constexpr Color kEnvelope{0.56, 0.70, 0.86};
inline constexpr Color kRms{0.10, 0.32, 0.58};
inline constexpr Color kAlarm{0.80, 0.10, 0.10};
inline constexpr Color kGap{0.94, 0.94, 0.94};
inline constexpr Color kHatch{0.60, 0.60, 0.60};
// Told apart by people who see no red or no green as well (Okabe and Ito, 2008).
inline constexpr Color kLevelArea{0.86, 0.88, 0.90};
inline constexpr Color kPeak{0.55, 0.58, 0.62};
inline constexpr Color kMomentary{0.90, 0.62, 0.0};
inline constexpr Color kShortTerm{0.0, 0.45, 0.70};
inline constexpr Color kIntegrated{0.84, 0.37, 0.0};

}  // namespace palette

}  // namespace astream
