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
  static constexpr int64_t kAnew_s = 60;
  static constexpr int64_t kNever_s = int64_t{1} << 31;
  /// A jump of `longest_s` is none: the sender began to count anew.
  explicit LossCounter(int64_t longest_s = kAnew_s) : longest_s_(longest_s) {}

  /// Samples missing between the frame before and one of `samples` at `pts` (in `tick`, or AV_NOPTS_VALUE). Jumps of
  /// less than half a frame or two ticks are rounding; backwards, the sender began to count anew too.
  int64_t missing_before(int64_t pts, int64_t samples, int rate_hz, AVRational tick);

 private:
  int64_t longest_s_;
  std::optional<int64_t> next_sample_;
  int rate_hz_ = 0;
};

}  // namespace astream::av
