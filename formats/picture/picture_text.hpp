// What a picture says in words: title, what the sound is, its numbers, names of its channels. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "formats/picture/picture_options.hpp"
#include "stream/audio_overview.hpp"

namespace astream {

/// Artist and title, or the label of the stream, or its name.
std::string picture_title(const StreamStart& stream);
/// "flac · 44.1 kHz · stereo · 3:25.400 · from 2026-01-31 12:00:00 UTC".
std::string describe_sound(const StreamStart& stream, const AudioOverview& sound);
/// "Hann window of 4096 samples (93 ms)".
std::string describe_analysis(const AudioOverview& sound);
/// "peak −0.3 dBFS · RMS −18.2 dBFS · I −16.2 LUFS · ..."; what the sound was too short for is left out.
std::string describe_levels(const AudioOverview& sound);
/// One a lane: "L", "FC", "3", "all 32 channels".
std::vector<std::string> lane_names(const StreamStart& stream, const AudioOverview& sound, bool has_source_channels);

}  // namespace astream
