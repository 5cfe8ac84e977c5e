// Colours of the display: a perceptually uniform map for spectrograms, and what becomes of a colour where a terminal
// has few. Pure functions.
#pragma once

#include "cli/canvas.hpp"

namespace astream::cli {

enum class ColorDepth { none, sixteen, palette256, truecolor };

/// From nearly black over violet, red and yellow to nearly white; `share` 0..1. Lightness rises evenly (OKLab).
Color heat_color(double share);
/// Green, yellow, red: the colour of a level meter at `db` dBFS.
Color level_color(double db);

/// The number of the nearest colour in xterm's palette of 256, its first 16 left out, as terminals change those.
int nearest_in_256(Color color);
/// 0..7, and 8 more for the bright ones.
int nearest_in_16(Color color);

}  // namespace astream::cli
