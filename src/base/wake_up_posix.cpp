#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/wake_up.hpp"

namespace astream {

static_assert(std::atomic<bool>::is_always_lock_free, "notify() must not lock");

WakeUp::WakeUp() : pipe_(open_pipe()) {
  set_non_blocking(pipe_.read_fd);
  set_non_blocking(pipe_.write_fd);
}

WakeUp::~WakeUp() {
  close_fd(pipe_.read_fd);
  close_fd(pipe_.write_fd);
}

void WakeUp::notify() noexcept {
  // One byte is enough until the other side has taken it: a slow reader costs no system calls.
  if (is_notified_.exchange(true)) return;
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = write(pipe_.write_fd, &byte, 1);
}

WakeUp::Outcome WakeUp::wait(const CancelToken& cancel, std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongestWait{60'000};
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    // Compared before it is subtracted: time_point::max() must not overflow. Rounded up, so that it does not spin.
    const milliseconds wait = deadline > now + kLongestWait
                                  ? kLongestWait
                                  : std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(deadline - now));
    std::array<pollfd, 2> fds{pollfd{pipe_.read_fd, POLLIN, 0}, pollfd{cancel.wait_fd(), POLLIN, 0}};
    poll(fds.data(), fds.size(), static_cast<int>(wait.count()));
    if (cancel.is_requested()) return Outcome::cancelled;
    std::array<char, 16> bytes{};
    if (read(pipe_.read_fd, bytes.data(), bytes.size()) > 0) {
      is_notified_.exchange(false);  // only now: a notification in between is seen by the look that follows
      return Outcome::woken;
    }
    if (std::chrono::steady_clock::now() >= deadline) return Outcome::timed_out;
  }
}

}  // namespace astream
