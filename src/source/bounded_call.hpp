// Calls into libraries that may never come back (a sound daemon that hangs, a name server that does not answer).
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/cancel.hpp"
#include "base/wake_up.hpp"

namespace astream {

enum class CallOutcome { done, timed_out, cancelled };

/// Work on a thread of its own. Work that is not done when this object goes is left behind on its thread: it must own
/// all that it uses, and what it throws is lost. Used from one thread.
class PendingCall {
 public:
  /// `listener`, when there is one, is notified when the work is done.
  explicit PendingCall(std::function<void()> work, std::shared_ptr<WakeUp> listener = nullptr);

  /// Whether wait() would not wait.
  bool is_done() const;

  /// Waits until the work is done, what it threw being thrown here; until `deadline` (time_point::max(): no limit); or
  /// until `cancel`.
  CallOutcome wait(const CancelToken& cancel, std::chrono::steady_clock::time_point deadline);

 private:
  struct Call;
  std::shared_ptr<Call> call_;
};

/// Runs `work` on a thread of its own and waits for it as PendingCall::wait() does.
CallOutcome call_bounded(std::function<void()> work, const CancelToken& cancel,
                         std::chrono::steady_clock::time_point deadline);

}  // namespace astream
