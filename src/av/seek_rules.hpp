// Which containers and codecs may be entered in the middle with the same bytes as an in-order run. Inside src/av only.
#pragma once

#include <cstdint>
#include <optional>

#include "av/demuxer.hpp"

namespace astream::av {

/// How to enter a track in the middle.
struct SeekRule {
  int64_t pre_roll_samples = 0;  ///< decoded and thrown away, so that the decoder's state is the in-order one
  int64_t frame_samples = 0;     ///< snap coarse time stamps to multiples of this (0: they are exact)
};

/// The rule for the demuxer's track, or nothing where only decoding from the start is proven to be exact.
std::optional<SeekRule> seek_rule(const Demuxer& demuxer);

/// The number of samples that the header promises, where the container's number is meant exactly, with what may lack
/// before the file counts as cut short.
struct PromisedLength {
  double duration_s = 0;
  double tolerance_s = 0;
};
std::optional<PromisedLength> promised_length(const Demuxer& demuxer);
/// Throws Error(decode) when the file ended at `samples` though it promised more.
void check_whole(const Demuxer& demuxer, int64_t samples, int rate_hz);

/// Samples of AAC in an MP4 without what the encoder filled its last packet up with, by the track's stated length;
/// nothing where the file does not say it (libav itself trims the beginning only).
std::optional<int64_t> end_without_padding(const Demuxer& demuxer, int rate_hz);

}  // namespace astream::av
