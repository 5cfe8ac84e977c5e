// Draws a spectrum and a spectrogram on a canvas.
#pragma once

#include "cli/display_look.hpp"
#include "stream/level_scene.hpp"

namespace astream::cli {

/// Bars on a logarithmic frequency scale, with held peaks.
void draw_spectrum(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                   const DisplayLook& look);
/// Time to the right, frequency upwards, level as colour; the newest column is the last.
void draw_spectrogram(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                      const DisplayLook& look);

}  // namespace astream::cli
