#include "base/worker_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <stdexcept>

using namespace astream;

TEST_CASE("worker_pool: a FIFO of futures keeps the order, for any number of threads") {
  for (const int threads : {1, 2, 3, 8}) {
    CAPTURE(threads);
    WorkerPool pool(threads);
    std::deque<std::future<int>> waiting;
    for (int i = 0; i < 500; ++i) waiting.push_back(pool.submit([i] { return i * i; }));
    for (int i = 0; i < 500; ++i) {
      CHECK(waiting.front().get() == i * i);
      waiting.pop_front();
    }
  }
}

TEST_CASE("worker_pool: what a job throws comes out of its future, and the threads go on") {
  WorkerPool pool(2);
  auto bad = pool.submit([]() -> int { throw std::runtime_error("job"); });
  auto good = pool.submit([] { return 7; });
  CHECK_THROWS_WITH(bad.get(), "job");
  CHECK(good.get() == 7);
}

TEST_CASE("worker_pool: the end drops what was not begun, and waits for what runs") {
  std::atomic<int> done{0};
  std::future<void> first;
  std::future<void> dropped;
  std::promise<void> begun;
  std::promise<void> may_end;
  {
    WorkerPool pool(1);
    first = pool.submit([&] {
      begun.set_value();
      may_end.get_future().wait();
      ++done;
    });
    begun.get_future().wait();
    dropped = pool.submit([&] { done += 100; });
    may_end.set_value();
  }
  CHECK_NOTHROW(first.get());
  CHECK(done.load() % 100 == 1);
  if (done.load() == 1) CHECK_THROWS_AS(dropped.get(), std::future_error);
}
