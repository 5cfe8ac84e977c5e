// Colour maps whose lightness rises (or falls) evenly, so that equal steps in dB look equal, in grey too.
#pragma once

#include <cstdint>

#include "formats/picture/picture_options.hpp"

namespace astream {

/// 0xRRGGBB for 0..1; values outside are clamped, NaN is 0.
uint32_t map_color(ColorMapName name, double value);

}  // namespace astream
