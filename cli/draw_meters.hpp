// Draws level bars and loudness bars on a canvas.
#pragma once

#include "cli/display_look.hpp"
#include "stream/level_scene.hpp"

namespace astream::cli {

/// "L", "R", "FL", "LFE", "3": the name of channel `channel` (from 0) by the usual orders.
std::string channel_name(int channel, int channels);

Color color_of(StreamState state);

/// Rows that draw_meters() can use at least, and those that make it beautiful.
int meter_rows(const StreamScene& stream);
/// Peak, RMS, held peak and clip count of each channel, with a scale in dBFS.
void draw_meters(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayState& state,
                 const DisplayLook& look);

inline constexpr int kLoudnessRows = 5;
/// M, S, I on the EBU +9 scale (Tech 3341), LRA and true peak.
void draw_loudness(Canvas& canvas, const Area& area, const StreamScene& stream, const DisplayLook& look);

/// One row for each stream; the selected one is marked.
void draw_stream_rows(Canvas& canvas, const Area& area, const std::vector<std::unique_ptr<StreamScene>>& streams,
                      const DisplayState& state, const DisplayLook& look);

}  // namespace astream::cli
