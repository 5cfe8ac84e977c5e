// Where a sample stands in a track whose packets do not all have a time stamp. Inside src/av only.
#pragma once

#include <cstdint>

#include "av/handles.hpp"

namespace astream::av {

/// A place in a track: so many samples behind a time stamp that was told.
struct StreamPlace {
  int64_t pts = AV_NOPTS_VALUE;
  int64_t samples = 0;

  /// The place `passed_samples` later, where a time stamp stands, or none (AV_NOPTS_VALUE).
  void go_on(int64_t passed_samples, int64_t next_pts) {
    *this = next_pts == AV_NOPTS_VALUE ? StreamPlace{pts, samples + passed_samples} : StreamPlace{next_pts, 0};
  }
};

}  // namespace astream::av
