#include "base/cancel.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

using namespace astream;
using Clock = std::chrono::steady_clock;

namespace {

bool is_readable(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return poll(&waiting, 1, 0) == 1;
}

const CancelToken* token_of_handler = nullptr;
extern "C" void request_in_handler(int) {
  token_of_handler->request();
}

}  // namespace

TEST_CASE("a token is requested once and for all") {
  const CancelToken token;
  CHECK_FALSE(token.is_requested());
  CHECK_FALSE(is_readable(token.wait_fd()));
  token.request();
  CHECK(token.is_requested());
  CHECK(is_readable(token.wait_fd()));
  // More requests than a pipe could hold must not block.
  for (int i = 0; i < 200'000; ++i) token.request();
  CHECK(is_readable(token.wait_fd()));
}

TEST_CASE("copies are the same token, others are not") {
  const CancelToken token;
  const CancelToken other;
  const CancelToken copy = token;
  copy.request();
  CHECK(token.is_requested());
  CHECK(token.wait_fd() == copy.wait_fd());
  CHECK_FALSE(other.is_requested());
}

TEST_CASE("waiting ends at the deadline or when cancelled") {
  const CancelToken token;
  CHECK_FALSE(token.wait_until(Clock::now() - std::chrono::hours(1)));
  CHECK_FALSE(token.wait_until(Clock::time_point::min()));
  const auto deadline = Clock::now() + std::chrono::milliseconds(5);
  CHECK_FALSE(token.wait_until(deadline));
  CHECK(Clock::now() >= deadline);
  token.request();
  CHECK(token.wait_until(Clock::time_point::max()));
  CHECK(token.wait_until(Clock::time_point::min()));
}

TEST_CASE("a request from another thread wakes all that wait") {
  const CancelToken token;
  std::vector<std::thread> waiting;
  waiting.reserve(4);
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back([&] { token.wait_until(Clock::time_point::max()); });
  }
  token.request();
  for (std::thread& thread : waiting) thread.join();  // hangs if one is not woken
  CHECK(token.is_requested());
}

TEST_CASE("a request from a signal handler leaves errno as it was") {
  const CancelToken token;
  token_of_handler = &token;
  const auto old_handler = signal(SIGUSR1, request_in_handler);
  errno = 1234;
  raise(SIGUSR1);
  CHECK(errno == 1234);
  signal(SIGUSR1, old_handler);
  CHECK(token.is_requested());
  CHECK(is_readable(token.wait_fd()));
}
