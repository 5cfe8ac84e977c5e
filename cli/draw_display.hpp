// Draws the whole display of `astream levels` on a canvas: a head, what the view shows, the keys. Pure: the same state
// gives the same cells.
#pragma once

#include "cli/display_look.hpp"
#include "stream/level_scene.hpp"

namespace astream::cli {

/// On fewer cells than these there is no display.
inline constexpr int kLeastColumns = 40, kLeastRows = 8;

void draw_display(Canvas& canvas, const std::vector<std::unique_ptr<StreamScene>>& streams, const DisplayState& state,
                  const DisplayLook& look);

}  // namespace astream::cli
