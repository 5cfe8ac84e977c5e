#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cancel.hpp"
#include "base/os.hpp"

namespace astream {

static_assert(std::atomic<bool>::is_always_lock_free, "request() must be safe in a signal handler");

struct CancelToken::State {
  std::atomic<bool> is_requested = false;
  PipeEnds pipe = open_pipe();

  State() {
    set_non_blocking(pipe.read_fd);
    set_non_blocking(pipe.write_fd);
  }
  ~State() {
    close_fd(pipe.read_fd);
    close_fd(pipe.write_fd);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

CancelToken::CancelToken() : state_(std::make_shared<State>()) {}

void CancelToken::request() const noexcept {
  // One byte is enough for ever, as nobody reads it; a handler must leave errno as it was.
  if (state_->is_requested.exchange(true)) return;
  const int saved_errno = errno;
  const char byte = 1;
  while (write(state_->pipe.write_fd, &byte, 1) < 0 && errno == EINTR) {
  }
  errno = saved_errno;
}

bool CancelToken::is_requested() const noexcept {
  return state_->is_requested.load(std::memory_order_relaxed);
}

int CancelToken::wait_fd() const noexcept {
  return state_->pipe.read_fd;
}

bool CancelToken::wait_until(std::chrono::steady_clock::time_point deadline) const {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongestWait{60'000};
  while (!is_requested()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return false;
    // Compared before it is subtracted: a deadline of time_point::max() must not overflow. Rounded up, so that the
    // last round does not spin.
    const milliseconds wait =
        deadline > now + kLongestWait ? kLongestWait : std::chrono::ceil<milliseconds>(deadline - now);
    pollfd waiting{state_->pipe.read_fd, POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(wait.count()));
  }
  return true;
}

}  // namespace astream
