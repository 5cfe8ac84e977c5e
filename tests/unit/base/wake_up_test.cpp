#include "base/wake_up.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace astream;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("wake-up: a notification before the wait is not lost, and many are one") {
  WakeUp wake_up;
  const CancelToken cancel;
  wake_up.notify();
  wake_up.notify();
  CHECK(wake_up.wait(cancel, Clock::now() + 60s) == WakeUp::Outcome::woken);
  CHECK(wake_up.wait(cancel, Clock::now()) == WakeUp::Outcome::timed_out);
}

TEST_CASE("wake-up: waits to its deadline and not less") {
  WakeUp wake_up;
  const auto deadline = Clock::now() + 30ms;
  CHECK(wake_up.wait(CancelToken{}, deadline) == WakeUp::Outcome::timed_out);
  CHECK(Clock::now() >= deadline);
}

TEST_CASE("wake-up: cancellation ends an endless wait") {
  WakeUp wake_up;
  const CancelToken cancel;
  std::thread canceller([&] { cancel.request(); });
  CHECK(wake_up.wait(cancel, Clock::time_point::max()) == WakeUp::Outcome::cancelled);
  canceller.join();
}

TEST_CASE("wake-up: the reader sees all that was done before a notification") {
  WakeUp wake_up;
  const CancelToken cancel;
  constexpr int kRounds = 20'000;
  std::atomic<int> done = 0;
  std::thread worker([&] {
    for (int i = 0; i < kRounds; ++i) {
      done.fetch_add(1);
      wake_up.notify();
    }
  });
  while (done.load() < kRounds) REQUIRE(wake_up.wait(cancel, Clock::now() + 60s) == WakeUp::Outcome::woken);
  worker.join();
}
