// The time line of a live stream against the clocks: what is missing after an outage, and when each block came.
//
// Pure: the times come from outside. Used by one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/audio.hpp"

namespace astream {

class LiveClock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static Duration length(int64_t samples, int rate_hz);

  /// Samples that are missing before a block that came at `now` as the first of a new connection: from the time at
  /// which the last sample's successor was due to the beginning of the block. 0 while the time line is ahead of the
  /// clock (a server that sends a burst at first) and before the first block.
  int64_t missed_samples(TimePoint now, int64_t block_samples, AudioFormat format) const;

  /// Samples that came, or are missing, move the time line on.
  void advance(int64_t samples, int rate_hz) { position_ += length(samples, rate_hz); }

  /// Where the time line stands.
  Duration position() const { return position_; }
  /// How far it is behind the clock (below 0: ahead); nothing before it has begun.
  std::optional<Duration> lateness(TimePoint now) const;

  /// Begins the time line, when it has not begun, with a block that came at `now`.
  void begin(TimePoint now, int64_t block_samples, int rate_hz);

  /// Wall clock of a block's first sample, microseconds UTC, when the block came at `now_us`: as its sender tells it
  /// (`captured_us`), where that is less than a day off; else when it came, less its length. Never runs backwards:
  /// where the sender tells of it late, or of an earlier time, it goes at half speed until that is reached.
  int64_t wallclock_us(int64_t now_us, int64_t block_samples, int rate_hz, std::optional<int64_t> captured_us = {});

 private:
  std::optional<TimePoint> start_;
  Duration position_{0};
  std::optional<int64_t> last_wallclock_us_;
  int64_t last_length_us_ = 0;  ///< of the block at last_wallclock_us_
};

}  // namespace astream
