#include "source/capture_block.hpp"

#include <algorithm>

namespace astream {

namespace {

constexpr int kMillisecondsPerSecond = 1000;
constexpr int64_t kShortest_ms = 10;
constexpr int64_t kUsual_ms = 15;
constexpr int64_t kLongest_ms = 30;

}  // namespace

int choose_block_samples(int rate_hz, int64_t grid_samples) {
  const auto samples_of = [rate_hz](int64_t length_ms) {
    return std::max<int64_t>(1, rate_hz * length_ms / kMillisecondsPerSecond);
  };
  const int64_t usual = samples_of(kUsual_ms);
  if (grid_samples <= 0) return static_cast<int>(usual);
  if (grid_samples <= usual) return static_cast<int>(usual / grid_samples * grid_samples);
  const int64_t longest = samples_of(kLongest_ms);
  const int64_t shortest = samples_of(kShortest_ms);
  for (int64_t parts = (grid_samples + longest - 1) / longest; grid_samples / parts >= shortest; ++parts) {
    if (grid_samples % parts == 0) return static_cast<int>(grid_samples / parts);
  }
  return static_cast<int>(usual);
}

}  // namespace astream
