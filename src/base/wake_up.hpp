// Waking one waiting thread from another that must never wait: a real-time audio callback, say.
#pragma once

#include <atomic>
#include <chrono>

#include "base/cancel.hpp"
#include "base/os.hpp"

namespace astream {

/// Notifications are not counted: after a wake-up, look at everything there may be. Notified before the wait, it does
/// not wait. Throws Error(internal) on construction when there are no descriptors left.
class WakeUp {
 public:
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  /// From any thread. Takes no lock, allocates nothing, never waits.
  void notify() noexcept;

  enum class Outcome { woken, cancelled, timed_out };
  /// From one thread only. time_point::max() waits without end.
  Outcome wait(const CancelToken& cancel, std::chrono::steady_clock::time_point deadline);

 private:
  PipeEnds pipe_;
  std::atomic<bool> is_notified_ = false;  ///< a byte is in the pipe, or about to be
};

}  // namespace astream
