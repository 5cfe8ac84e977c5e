// What was delivered of a live stream, so that a new connection, which may begin some seconds back, goes on where the
// one before ended. Inside src/av only.
//
// A connection that begins with a packet that was seen before, at the same time stamp and with the same bytes, repeats
// what came from there on. Else its time stamps tell what is missing, where they have run on by no more than the clock
// allows; not where the sender began to count anew. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "av/handles.hpp"
#include "av/stream_place.hpp"

namespace astream::av {

class PacketTrail {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// A new connection begins; its time stamps are in `tick` and wrap at `wrap_bits`.
  void begin(AVRational tick, int wrap_bits);
  /// The next packet of the connection has come; all before it has been delivered.
  void see(const AVPacket& packet);
  /// So many samples were delivered at `now`, those before `end`.
  void deliver(int64_t samples, StreamPlace end, int rate_hz, TimePoint now);

  /// How many samples are missing between what was delivered and `first`, the place of the connection's first samples,
  /// decoded in frames of `frame_samples`; below 0: so many were given already. Nothing where the time stamps do not
  /// tell, and before anything was delivered.
  std::optional<int64_t> missing_before(StreamPlace first, int frame_samples, int rate_hz, TimePoint now) const;

 private:
  struct Seen {
    int64_t pts = 0;
    size_t hash = 0;
    int64_t position = 0;  ///< samples delivered before it
  };

  const Seen* find_seen(const Seen& packet) const;

  AVRational tick_{0, 1};
  int wrap_bits_ = 0;
  int64_t begin_pts_ = AV_NOPTS_VALUE;     ///< of the connection's first packet
  bool has_begun_ = false;                 ///< a packet of this connection has come
  bool is_repeating_ = false;              ///< all its packets so far are known from the connections before
  std::optional<int64_t> begin_position_;  ///< of the first one, where it is known
  std::deque<Seen> seen_;
  int64_t delivered_samples_ = 0;
  StreamPlace end_;  ///< of what was delivered
  int rate_hz_ = 0;
  TimePoint delivered_at_;
};

}  // namespace astream::av
