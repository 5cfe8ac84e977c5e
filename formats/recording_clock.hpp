// What the wall clock shows at each sample of a live stream: one time line, on which a second of sound is a second.
//
// It begins with the first sample's time and goes on with the samples, whatever the network does: a server that sends
// some seconds at once, or a block that comes late, moves nothing. The clock of the sender runs a little faster or
// slower than ours: what the quickest blocks of a minute say is followed by at most a thousandth. A clock that was set
// is followed at once. Pure, used from one thread.
#pragma once

#include <cstdint>
#include <optional>

namespace astream {

class RecordingClock {
 public:
  /// Until told otherwise, sample 0 is at `time_us`.
  RecordingClock(int rate_hz, int64_t time_us) : rate_hz_(rate_hz), origin_us_(time_us) {}

  /// A block that begins with `sample` was captured, or came, at `time_us`. In order.
  void tell(int64_t sample, int64_t time_us);
  bool is_told() const { return is_told_; }
  /// The next block is of a new connection, or behind a gap: how late its like come is not known yet.
  void restart();

  int64_t time_of(int64_t sample) const;
  int64_t sample_at(int64_t time_us) const;

 private:
  void follow(int64_t lateness_us);

  int rate_hz_;
  int64_t origin_sample_ = 0;
  int64_t origin_us_;
  bool is_told_ = false;
  std::optional<int64_t> usual_us_;  ///< lateness of the quickest blocks of a minute
  std::optional<int64_t> least_us_;  ///< of the minute that runs
  int64_t minute_end_sample_ = 0;
};

}  // namespace astream
