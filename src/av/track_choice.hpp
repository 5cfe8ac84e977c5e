// Which of an input's audio streams is decoded: the track that was asked for, and of one sound in several qualities
// (HLS variants, DASH representations) the one that fits. Inside src/av only.
#pragma once

#include <optional>

#include "av/handles.hpp"

namespace astream::av {

/// True for HLS and DASH, whose streams may be the same sound several times.
bool has_variants(const AVFormatContext& format);

/// Whether there is a choice that needs to know rates, and the headers do not tell them all.
bool lacks_rates(const AVFormatContext& format);

/// The index of the `track`-th audio stream (from 1), -1 when there is none. Without a `track`: the first; where there
/// are variants, of those the one whose rate reaches `wanted_rate_hz` (the highest rate when none does, or nothing is
/// wanted), one without pictures before one with; then, with pictures or a wanted rate, the least bits a second, else
/// the most.
int choose_track(const AVFormatContext& format, std::optional<int> track, std::optional<int> wanted_rate_hz);

/// Audio streams that differ in more than their quality: all of them, but of variants only those that belong to the
/// same one as `chosen`.
int count_tracks(const AVFormatContext& format, int chosen);

}  // namespace astream::av
