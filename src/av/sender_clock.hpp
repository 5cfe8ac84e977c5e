// Time stamps to the times at which the sender captured what they stand for. Inside src/av only.
//
// The sender tells a pair now and then: by the sender reports of RTP (RFC 3550, 6.4.1), or at the beginning of a
// segment of HLS (RFC 8216, 4.3.2.6); between those its time stamps count on. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "av/handles.hpp"

namespace astream::av {

class SenderClock {
 public:
  /// `tick` and `wrap_bits` of the time stamps.
  SenderClock(AVRational tick, int wrap_bits) : tick_(tick), wrap_bits_(wrap_bits) {}

  /// What was captured at `time_us` (UTC) has the time stamp `pts`.
  void set(int64_t pts, int64_t time_us);
  /// The same of each packet, by libav (5.1) from the last sender report. That is wrong by one round of RTP's 32 bits
  /// between the wrap and the next report; and where the sender began to count anew, the last report is not about what
  /// comes: nothing is known then until another one, or until there is no other one for half a minute (it was a pause).
  void set_by_report(int64_t pts, int64_t time_us);
  void reset() { known_.reset(); }
  bool is_known() const { return known_ && !outdated_from_; }
  /// Microseconds since 1970 UTC; nothing while nothing was told.
  std::optional<int64_t> time_us(int64_t pts) const;

 private:
  struct Pair {
    int64_t pts = 0;
    int64_t time_us = 0;
  };

  int64_t us_between(int64_t earlier, int64_t later) const;
  void note_jump(int64_t pts, int64_t passed_us, int64_t off_us);

  AVRational tick_;
  int wrap_bits_;
  std::optional<Pair> known_;
  std::optional<int64_t> outdated_from_;  ///< where the sender began to count anew, known_ being of a report before
};

/// `later` - `earlier` of time stamps that wrap at so many bits: the nearest to 0.
int64_t ticks_between(int64_t earlier, int64_t later, int wrap_bits);

}  // namespace astream::av
