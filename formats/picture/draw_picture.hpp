// The whole picture of a stream: title and numbers, waveform, spectrogram, level and loudness, over one axis of time.
#pragma once

#include <string>

#include "formats/picture/canvas.hpp"
#include "formats/picture/picture_options.hpp"
#include "stream/audio_overview.hpp"

namespace astream {

/// Draws what `sound` has gathered, after its finish(). `stream` is what it was told of at the start. A stream without
/// samples gives empty panels that say so.
void draw_picture(Canvas& canvas, const StreamStart& stream, const AudioOverview& sound, const PictureOptions& options);

/// How large the parts of the overview must be for a picture of this size.
OverviewOptions overview_for(const PictureOptions& options, PictureKind kind);

}  // namespace astream
