#include "source/bounded_call.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "base/error.hpp"

using namespace astream;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("bounded call: work that ends is done, and what it throws is thrown") {
  int result = 0;
  CHECK(call_bounded([&] { result = 7; }, CancelToken{}, Clock::time_point::max()) == CallOutcome::done);
  CHECK(result == 7);
  CHECK_THROWS_AS(call_bounded([] { throw Error(ErrorKind::device, "no"); }, CancelToken{}, Clock::now() + 60s), Error);
}

TEST_CASE("bounded call: work that does not end is left behind, at the deadline or when cancelled") {
  const auto may_end = std::make_shared<std::atomic<bool>>(false);
  const auto ended = std::make_shared<std::atomic<int>>(0);
  const auto work = [may_end, ended] {
    while (!*may_end) std::this_thread::sleep_for(1ms);
    ++*ended;
  };
  CHECK(call_bounded(work, CancelToken{}, Clock::now() + 20ms) == CallOutcome::timed_out);
  const CancelToken cancel;
  cancel.request();
  CHECK(call_bounded(work, cancel, Clock::time_point::max()) == CallOutcome::cancelled);
  *may_end = true;
  while (*ended < 2) std::this_thread::sleep_for(1ms);
}

TEST_CASE("bounded call: what the work owns ends on the thread of the work") {
  std::thread::id ended_on;
  auto owned = std::shared_ptr<int>(new int, [&](const int* number) {
    delete number;
    ended_on = std::this_thread::get_id();
  });
  std::function<void()> work = [owned = std::move(owned)] {};
  CHECK(call_bounded(std::move(work), CancelToken{}, Clock::now() + 60s) == CallOutcome::done);
  CHECK(ended_on != std::thread::id{});
  CHECK(ended_on != std::this_thread::get_id());
}
