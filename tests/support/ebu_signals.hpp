// The tones that EBU Tech 3341 and 3342 test meters with.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace astream::test {

inline constexpr int kEbuRate_hz = 48000;

struct Part {
  double seconds, peak_dbfs;
};

/// A phase-continuous 1 kHz tone in parts of different level, on two channels.
inline std::vector<float> stereo_tone(const std::vector<Part>& parts, int rate_hz = kEbuRate_hz) {
  std::vector<float> signal;
  int64_t n = 0;
  for (const Part& part : parts) {
    const double amplitude = std::pow(10, part.peak_dbfs / 20);
    for (const int64_t end = n + std::llround(part.seconds * rate_hz); n < end; ++n) {
      const double angle = 2 * std::numbers::pi * 1000 * static_cast<double>(n) / rate_hz;
      const float x = static_cast<float>(amplitude * std::sin(angle));
      signal.insert(signal.end(), {x, x});
    }
  }
  return signal;
}

}  // namespace astream::test
