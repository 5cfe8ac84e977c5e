// Colours of the display: a perceptually uniform map for spectrograms, and what becomes of a colour where a terminal
// has few. Pure functions.
#pragma once

#include "cli/canvas.hpp"

namespace astream::cli {

enum class ColorDepth { none, eight, palette256, truecolor };

/// From nearly black over violet, red and yellow to nearly white; `share` 0..1. That is magma.
Color heat_color(double share);
/// Green, yellow, red: the colour of a level meter at `db` dBFS.
Color level_color(double db);

/// The number of the nearest colour in xterm's palette of 256, its first 16 left out, as terminals change those.
int nearest_in_256(Color color);
/// Black, red, green, yellow, blue, magenta, cyan, white: the one of the same hue.
int nearest_in_8(Color color);

}  // namespace astream::cli
