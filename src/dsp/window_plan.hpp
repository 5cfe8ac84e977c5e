// How many windows a stream has and where each stands: pure functions that the windower, random access and the tests
// all use, so that they cannot disagree.
//
// For n samples, window W and hop H the windows start at 0, H, 2H, ... while start < n; those with start + W <= n are
// full. `drop` keeps the full ones; `pad` adds the first window that reaches past the end - and it alone - if some of
// its samples are in no earlier window, filled up with zeros; `crop` adds the same window, short. (The counts are those
// of librosa.util.frame for drop and of soundfile.blocks for crop.)
#pragma once

#include <cstdint>

namespace astream {

enum class Tail { pad, crop, drop };

/// All counts in samples of the output rate. window_samples >= 1, hop_samples >= 1; hop > window skips samples.
struct WindowPlan {
  int64_t window_samples = 0;
  int64_t hop_samples = 0;
  Tail tail = Tail::pad;
  bool operator==(const WindowPlan&) const = default;
};

/// Number of windows of a stream of `total_samples` >= 0.
int64_t window_count(int64_t total_samples, const WindowPlan& plan);

/// First sample of window `index`.
inline int64_t window_start(int64_t index, const WindowPlan& plan) {
  return index * plan.hop_samples;
}

/// Real samples in window `index` of a stream of `total_samples`: window_samples unless it is the last one.
int64_t window_valid(int64_t index, int64_t total_samples, const WindowPlan& plan);

}  // namespace astream
