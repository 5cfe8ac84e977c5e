// What a container's header tells of its tracks, tags and length. Inside src/av only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "av/handles.hpp"
#include "av/media_reader.hpp"

namespace astream::av {

std::vector<TrackInfo> list_tracks(const AVFormatContext& format);

/// Tags of the container and then of the track (which wins), keys in lower case.
std::map<std::string, std::string> collect_tags(const AVFormatContext& format, const AVStream& stream);

/// The track's length by the header, or the container's.
std::optional<double> known_duration_s(const AVFormatContext& format, const AVStream& stream);

/// Bits per coded sample for codecs that have such a number (PCM, FLAC, ALAC ...), else 0.
int coded_bits(const AVStream& stream, const AVCodecContext& decoder);

}  // namespace astream::av
