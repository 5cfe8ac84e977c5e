// A thread of its own for a receiver that may be slow, behind a bounded queue: no event waits for it. Live streams lose
// windows here instead; stored ones should wait for room before they are read (GeneratorOptions::await_receiver). The
// grammar stays whole, and each event comes whole.
//
// Like a pool of one worker: all calls of the receiver come from that thread, what it throws comes out of the next call
// here, and set_end() waits until it has taken everything. stream_link is not handed on. Used from one thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/cancel.hpp"
#include "stream/window_queue.hpp"

namespace astream {

/// What the receiver could not take in time.
struct LagNotice {
  int64_t stream = 0;
  int64_t sample = 0;           ///< where the time line stood when it is told
  int64_t dropped_samples = 0;  ///< since the last notice
};

struct QueuedOptions {
  std::string name;                          ///< of the receiver, for messages
  OnLag on_lag = OnLag::drop_oldest;         ///< which windows of a live stream go when its room is used up
  std::chrono::milliseconds room{10'000};    ///< on the time line of each stream
  CancelToken cancel;                        ///< once requested, nothing is waited for that does not move
  std::chrono::milliseconds patience{5000};  ///< then: how long the receiver may take for one event
  /// Told, as the log is, of what is dropped: of each stream at once, then once a minute and at its end. May be empty.
  std::function<void(const LagNotice&)> tell_lag;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;  ///< of the notices
};

class QueuedReceiver : public Receiver {
 public:
  /// Starts the thread. Where it never comes back from `receiver`, it is left behind: `receiver` must own what it uses.
  QueuedReceiver(std::shared_ptr<Receiver> receiver, QueuedOptions options);
  /// Drops what was not handed on; waits shortly for the thread.
  ~QueuedReceiver() override;
  QueuedReceiver(const QueuedReceiver&) = delete;
  QueuedReceiver& operator=(const QueuedReceiver&) = delete;

  void set_start(const SetStart& event) override;
  void stream_start(const StreamStart& event) override;
  /// Flow::stop when the receiver said so before.
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  /// Waits until the receiver has taken everything; once cancelled, only as long as it goes on taking.
  void set_end(const SetEnd& event) override;

  /// Whether there is room for more of a stored stream; waits for it until `deadline`, or until that is cancelled.
  bool await_room(std::chrono::steady_clock::time_point deadline);

 private:
  struct Worker;
  struct Live {
    std::string uri;  ///< redacted
    int64_t sample = 0;
    int64_t untold_samples = 0;
    std::optional<std::chrono::steady_clock::time_point> last_notice;
  };

  void check_failure();
  void tell_lag(int64_t stream, Live& live, bool is_last);
  bool await_end();

  QueuedOptions options_;
  std::shared_ptr<Worker> worker_;
  std::thread thread_;
  std::map<int64_t, Live> live_;  ///< those that are open
};

}  // namespace astream
