// The flags of the features' parameters: what each changes, with the default of FeatureOptions. Parsing only.
#pragma once

#include <CLI/CLI.hpp>

#include "dsp/features/feature_options.hpp"
#include "stream/plan_rows.hpp"
#include "stream/segment_receiver.hpp"

namespace astream::cli {

/// --frame --frame-hop --n-fft --center --align --frame-pad --taper.
void add_frame_options(CLI::App& app, FrameOptions& options);
/// Mel bands, cepstra, PCEN.
void add_mel_options(CLI::App& app, FeatureOptions& options);
/// Level, spectrum, pitch, onset, loudness, sound level.
void add_level_options(CLI::App& app, FeatureOptions& options);
/// Acoustic indices and voice activity.
void add_event_options(CLI::App& app, FeatureOptions& options);
/// --segments --threshold; `segments` is set when the first is given.
void add_segment_options(CLI::App& app, std::optional<SegmentKind>& segments, double& threshold_db);
/// Throws Error(usage) for a parameter of features that are not asked for.
void refuse_idle_feature_options(const CLI::App& app, const std::vector<SelectedGroup>& features);
/// --window --hop --overlap --tail --stats --patches of row windows.
void add_row_options(CLI::App& app, RowChoice& rows);

}  // namespace astream::cli
