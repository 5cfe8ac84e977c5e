#include "stream/queued_receiver.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace astream {

namespace {

/// How long a wait goes on without a look at whether it was cancelled.
constexpr std::chrono::milliseconds kLookInterval{50};
constexpr std::chrono::minutes kNoticeInterval{1};
/// How long the thread is given to end when nobody needs what it does.
constexpr std::chrono::seconds kLeavePatience{1};

}  // namespace

/// What the thread uses; it may outlive the QueuedReceiver.
struct QueuedReceiver::Worker {
  Worker(std::shared_ptr<Receiver> target, const QueuedOptions& options)
      : receiver(std::move(target)), queue(options.on_lag, options.room) {}

  void run() noexcept;
  void operator()(const SetStart& event) { receiver->set_start(event); }
  void operator()(const StreamStart& event) { receiver->stream_start(event); }
  void operator()(QueuedWindow& window);
  void operator()(const StreamInfo& event) { receiver->stream_info(event); }
  void operator()(const StreamError& event) { receiver->stream_error(event); }
  void operator()(const StreamEnd& event) { receiver->stream_end(event); }
  void operator()(const SetEnd& event) { receiver->set_end(event); }

  bool await_end(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex);
    return has_ended.wait_for(lock, limit, [this] { return is_ended; });
  }

  std::shared_ptr<Receiver> receiver;
  WindowQueue queue;
  std::atomic<bool> is_stopped = false;  ///< the receiver answered Flow::stop
  std::mutex mutex;
  std::condition_variable has_ended;
  bool is_ended = false;       // guarded by mutex
  std::exception_ptr failure;  // guarded by mutex; the first that the receiver threw
};

void QueuedReceiver::Worker::operator()(QueuedWindow& window) {
  window.head.samples = window.samples;
  if (receiver->window(window.head) == Flow::stop) is_stopped = true;
}

void QueuedReceiver::Worker::run() noexcept {
  std::exception_ptr thrown;
  try {
    bool is_done = false;
    while (!is_done) {
      auto event = queue.take();
      if (!event) break;
      std::visit(*this, *event);
      is_done = std::holds_alternative<SetEnd>(*event);
    }
  } catch (...) {
    thrown = std::current_exception();
    queue.close();
  }
  const std::lock_guard lock(mutex);
  failure = std::move(thrown);
  is_ended = true;
  has_ended.notify_all();
}

QueuedReceiver::QueuedReceiver(std::shared_ptr<Receiver> receiver, QueuedOptions options)
    : options_(std::move(options)),
      worker_(std::make_shared<Worker>(std::move(receiver), options_)),
      thread_([worker = worker_] { worker->run(); }) {}

QueuedReceiver::~QueuedReceiver() {
  worker_->queue.close();
  if (worker_->await_end(kLeavePatience)) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void QueuedReceiver::check_failure() {
  std::exception_ptr failure;
  {
    const std::lock_guard lock(worker_->mutex);
    failure = std::exchange(worker_->failure, nullptr);
  }
  if (failure) std::rethrow_exception(failure);
}

bool QueuedReceiver::await_room(std::chrono::steady_clock::time_point deadline) {
  while (!options_.cancel.is_requested()) {
    const auto now = std::chrono::steady_clock::now();
    if (worker_->queue.await_room(std::min(deadline, now + kLookInterval))) return true;
    if (now >= deadline) return false;
  }
  return false;
}

void QueuedReceiver::set_start(const SetStart& event) {
  worker_->queue.offer(event);
}

void QueuedReceiver::stream_start(const StreamStart& event) {
  check_failure();
  if (event.is_live) live_[event.stream].uri = event.uri;
  worker_->queue.offer(event);
}

Flow QueuedReceiver::window(const Window& window) {
  check_failure();
  const int64_t lost_samples = worker_->queue.offer(window);
  if (const auto live = live_.find(window.stream); live != live_.end()) {
    live->second.sample = window.sample;
    live->second.untold_samples += lost_samples;
    tell_lag(window.stream, live->second, false);
  }
  return worker_->is_stopped ? Flow::stop : Flow::proceed;
}

void QueuedReceiver::tell_lag(int64_t stream, Live& live, bool is_last) {
  if (live.untold_samples == 0) return;
  const auto now = options_.now();
  if (!is_last && live.last_notice && now - *live.last_notice < kNoticeInterval) return;
  live.last_notice = now;
  const LagNotice notice{stream, live.sample, std::exchange(live.untold_samples, 0)};
  log(LogLevel::warning, live.uri + ": the reader of " + options_.name + " is too slow, " +
                             std::to_string(notice.dropped_samples) + " samples dropped for it (see --buffer)");
  if (options_.tell_lag) options_.tell_lag(notice);
}

void QueuedReceiver::stream_info(const StreamInfo& event) {
  check_failure();
  worker_->queue.offer(event);
}

void QueuedReceiver::stream_error(const StreamError& event) {
  check_failure();
  worker_->queue.offer(event);
}

void QueuedReceiver::stream_end(const StreamEnd& event) {
  const int64_t lost_samples = worker_->queue.offer(event);
  if (const auto live = live_.find(event.stream); live != live_.end()) {
    live->second.untold_samples += lost_samples;
    tell_lag(event.stream, live->second, true);
    live_.erase(live);
  }
  check_failure();
}

/// False when the receiver was given up.
bool QueuedReceiver::await_end() {
  using Time = std::chrono::steady_clock::time_point;
  int64_t taken = -1;
  Time moved;
  while (!worker_->await_end(kLookInterval)) {
    const auto now = std::chrono::steady_clock::now();
    const int64_t taken_now = worker_->queue.taken();
    if (std::exchange(taken, taken_now) != taken_now || !options_.cancel.is_requested()) moved = now;
    if (now - moved >= options_.patience) return false;
  }
  return true;
}

void QueuedReceiver::set_end(const SetEnd& event) {
  worker_->queue.offer(event);
  if (!await_end()) {
    log(LogLevel::warning, options_.name + ": its reader takes nothing any more, it does not get the last " +
                               std::to_string(worker_->queue.waiting_windows()) + " windows");
    worker_->queue.close();
  }
  check_failure();
}

}  // namespace astream
