// Cancellation as an object that every blocking call can see: a flag, and a file descriptor that poll() can wait on.
//
// The token is shared by value (it holds a shared state); request() may be called from any thread and from a signal
// handler. Once requested it stays so.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>

namespace astream {

class CancelToken {
 public:
  CancelToken();

  /// Asks everything that looks at this token to stop. Async-signal-safe, idempotent.
  void request() const noexcept;
  bool is_requested() const noexcept;

  /// A descriptor that is readable once cancellation was requested; owned by the token. Never read from it.
  int wait_fd() const noexcept;

  /// Sleeps until `deadline` or until cancelled; true when cancelled.
  bool wait_until(std::chrono::steady_clock::time_point deadline) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace astream
