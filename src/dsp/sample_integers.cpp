#include "dsp/sample_integers.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace astream {

namespace {

int16_t to_s16(float sample) {
  // Limits are compared as integers (floats of one sign have the order of their bits), and adding 1.5 * 2^23 leaves the
  // integer, rounded to nearest even, in the low bits: without branches and calls this becomes vector code on any
  // processor.
  constexpr int32_t kOne = std::bit_cast<int32_t>(1.0F);
  constexpr int32_t kInfinity = 0x7f800000;
  constexpr float kRounder = 12582912.0F;
  const int32_t bits = std::bit_cast<int32_t>(sample);
  const int32_t magnitude = bits & 0x7fffffff;
  const int32_t clamped = magnitude < kInfinity ? std::min(magnitude, kOne) : 0;
  const float scaled = std::bit_cast<float>(clamped | (bits ^ magnitude)) * 32768.0F;
  const int32_t rounded = std::bit_cast<int32_t>(scaled + kRounder) - std::bit_cast<int32_t>(kRounder);
  return static_cast<int16_t>(std::min(rounded, 32767));
}

int32_t to_s24(float sample) {
  constexpr float kScale = 8388608.0F;
  if (!std::isfinite(sample)) return 0;
  return static_cast<int32_t>(std::lrintf(std::clamp(sample * kScale, -kScale, kScale - 1)));
}

}  // namespace

void convert_to_s16(std::span<const float> samples, std::span<int16_t> to) {
  const float* from = samples.data();
  int16_t* out = to.data();
  const size_t count = std::min(samples.size(), to.size());
  for (size_t i = 0; i < count; ++i) out[i] = to_s16(from[i]);
}

void convert_to_s24(std::span<const float> samples, std::span<int32_t> to) {
  const size_t count = std::min(samples.size(), to.size());
  for (size_t i = 0; i < count; ++i) to[i] = to_s24(samples[i]);
}

}  // namespace astream
