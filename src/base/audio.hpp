// Words for audio that every floor shares. Samples are float32, interleaved: value i of channel c stands at
// i * channels + c. Counts of samples are always per channel.
#pragma once

#include <cmath>
#include <cstdint>

namespace astream {

/// Sample rate and channel count of interleaved float32 audio. rate_hz > 0 and channels > 0 when known.
struct AudioFormat {
  int rate_hz = 0;
  int channels = 0;
  bool operator==(const AudioFormat&) const = default;
  bool is_known() const { return rate_hz > 0 && channels > 0; }
};

/// How long so many samples (below 0 too) last, rounded to nearest.
inline int64_t microseconds_of(int64_t samples, int rate_hz) {
  constexpr double kMicrosecondsPerSecond = 1e6;
  return std::llround(static_cast<double>(samples) / rate_hz * kMicrosecondsPerSecond);
}

/// More channels than this are refused as damage (the largest real layouts have 64).
inline constexpr int kMaxChannels = 256;
/// Highest sample rate that is accepted: DXD and bat detectors stay far below.
inline constexpr int kMaxRateHz = 6'144'000;

}  // namespace astream
