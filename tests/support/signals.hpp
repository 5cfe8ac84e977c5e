// Synthesised signals for tests: interleaved float32, made from nothing but their arguments, the same on every machine.
// A ramp proves position: the value of a sample is its number.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace astream::test {

/// Sample i of channel c is `first + i + c / 1024`; exact in float32 for i < 2^13, and telling well beyond.
inline std::vector<float> ramp(int64_t samples, int channels = 1, int64_t first = 0) {
  std::vector<float> values;
  values.reserve(static_cast<size_t>(samples * channels));
  for (int64_t i = 0; i < samples; ++i) {
    for (int c = 0; c < channels; ++c) values.push_back(static_cast<float>(first + i) + static_cast<float>(c) / 1024);
  }
  return values;
}

/// The same sine on all channels.
inline std::vector<float> sine(double frequency_hz, int rate_hz, int64_t samples, double amplitude = 0.5,
                               int channels = 1) {
  std::vector<float> values;
  values.reserve(static_cast<size_t>(samples * channels));
  for (int64_t i = 0; i < samples; ++i) {
    // The phase is reduced to one turn before it is multiplied by 2 pi: exact to the end of a long signal.
    const double turns = std::fmod(frequency_hz * static_cast<double>(i) / rate_hz, 1.0);
    const auto value = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns));
    values.insert(values.end(), static_cast<size_t>(channels), value);
  }
  return values;
}

/// White noise, uniform in [-amplitude, amplitude), independent on all channels.
inline std::vector<float> noise(int64_t samples, int channels = 1, unsigned seed = 1, float amplitude = 0.5F) {
  std::mt19937 generator(seed);
  std::vector<float> values(static_cast<size_t>(samples * channels));
  // Not uniform_real_distribution: its values differ between standard libraries.
  for (float& value : values) {
    value = amplitude * (static_cast<float>(generator() >> 8) / static_cast<float>(1 << 23) - 1);
  }
  return values;
}

/// Zeros with a 1 at sample `at`, on all channels.
inline std::vector<float> pulse(int64_t samples, int64_t at, int channels = 1) {
  std::vector<float> values(static_cast<size_t>(samples * channels), 0.0F);
  for (int c = 0; c < channels; ++c) values[static_cast<size_t>(at * channels + c)] = 1;
  return values;
}

/// Sizes that add up to `total`: small ones, large ones and zeros, in an order that the seed gives.
inline std::vector<int64_t> random_chunks(int64_t total, int64_t largest, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<int64_t> sizes;
  for (int64_t left = total; left > 0;) {
    const int64_t most = generator() % 4 == 0 ? largest : std::min<int64_t>(largest, 1 + largest / 64);
    const auto wanted = static_cast<int64_t>(generator()) % (most + 1);
    sizes.push_back(std::min(left, wanted));
    left -= sizes.back();
  }
  return sizes;
}

}  // namespace astream::test
