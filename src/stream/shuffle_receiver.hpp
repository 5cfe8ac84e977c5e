// Gives windows on in a random order: they pass through a buffer, out of which each that comes pushes one by chance.
//
// All other events keep their places in the grammar: a stream begins before its first window, and its end (with its
// error) is told when its last window has left the buffer, so that more streams are open at a time than are read. An
// epoch ends before the next one's windows are given. When the run is stopped or interrupted, what is in the buffer is
// given up, and the streams' ends tell the windows that were given. The same windows, capacity and seed give the same
// order. `next` must outlive it, and must not refuse streams at a window.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "stream/receiver.hpp"

namespace astream {

class ShuffleReceiver : public Receiver {
 public:
  /// `capacity`: windows in the buffer, at least 1, which gives them in their own order.
  ShuffleReceiver(int64_t capacity, uint64_t seed, Receiver& next)
      : capacity_(static_cast<size_t>(capacity)), random_(seed), next_(next) {}

  void set_start(const SetStart& event) override { next_.set_start(event); }
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_link(const StreamLink& event) override { next_.stream_link(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  struct Held {
    Window window;
    std::vector<float> samples;
  };
  struct Stream {
    int64_t held = 0;   ///< windows in the buffer
    int64_t given = 0;  ///< and those that have left it
    std::optional<StreamError> error;
    std::optional<StreamEnd> end;
  };

  Flow give(Held& held);
  Flow empty();
  void give_up();
  void tell_end(int64_t number);

  size_t capacity_;
  std::mt19937_64 random_;
  Receiver& next_;
  std::vector<Held> buffer_;
  std::map<int64_t, Stream> streams_;  ///< whose end was not told
  std::optional<int64_t> epoch_;
  int64_t given_ = 0;
  bool is_stopped_ = false;  ///< no more windows are wanted, or can be taken
};

}  // namespace astream
