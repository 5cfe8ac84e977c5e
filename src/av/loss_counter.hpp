// Samples that a network lost, by the time stamps of what came through. Inside src/av only.
//
// For streams whose time stamps count samples without a break, as RTP's do; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "av/handles.hpp"

namespace astream::av {

class LossCounter {
 public:
  /// Samples missing between the frame before and one of `samples` at `pts` (in `tick`, or AV_NOPTS_VALUE). Jumps of
  /// less than half a frame are rounding; backwards, or by more than a minute, the sender began to count anew.
  int64_t missing_before(int64_t pts, int64_t samples, int rate_hz, AVRational tick);

 private:
  std::optional<int64_t> next_sample_;
  int rate_hz_ = 0;
};

}  // namespace astream::av
