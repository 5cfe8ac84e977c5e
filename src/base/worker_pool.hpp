// Threads that run jobs whose results are wanted in the order they were given: submit() returns a future, and whoever
// keeps the futures in a FIFO has order, back-pressure (by its length) and the transport of exceptions in one
// structure.
//
// submit() may be called from any thread. The destructor drops the jobs that no thread has begun (their futures throw
// std::future_error) and waits for those that run.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace astream {

class WorkerPool {
 public:
  /// Starts `threads` >= 1 threads.
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `job` on one of the threads; its result or exception comes out of the future.
  template <typename Job>
  auto submit(Job job) -> std::future<std::invoke_result_t<Job&>> {
    // std::function wants copies, a packaged_task can't be copied: share it.
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Job&>()>>(std::move(job));
    auto future = task->get_future();
    add([task] { (*task)(); });
    return future;
  }

 private:
  void add(std::function<void()> job);
  void work() noexcept;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_
  bool is_ending_ = false;                  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace astream
