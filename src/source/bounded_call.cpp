#include "source/bounded_call.hpp"

#include <atomic>
#include <exception>
#include <thread>
#include <utility>

namespace astream {

struct PendingCall::Call {
  std::function<void()> work;
  std::exception_ptr failure;
  std::atomic<bool> is_done = false;
  WakeUp wake_up;
  std::shared_ptr<WakeUp> listener;

  void run() noexcept {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    work = nullptr;  // what it owns ends here, not on the thread that waits
    is_done.store(true);
    wake_up.notify();
    if (listener) listener->notify();
  }
};

PendingCall::PendingCall(std::function<void()> work, std::shared_ptr<WakeUp> listener)
    : call_(std::make_shared<Call>()) {
  call_->work = std::move(work);
  call_->listener = std::move(listener);
  std::thread([call = call_] { call->run(); }).detach();
}

bool PendingCall::is_done() const {
  return call_->is_done.load();
}

CallOutcome PendingCall::wait(const CancelToken& cancel, std::chrono::steady_clock::time_point deadline) {
  WakeUp::Outcome outcome = WakeUp::Outcome::woken;
  if (!call_->is_done.load()) outcome = call_->wake_up.wait(cancel, deadline);
  if (!call_->is_done.load()) {
    return outcome == WakeUp::Outcome::cancelled ? CallOutcome::cancelled : CallOutcome::timed_out;
  }
  if (call_->failure) std::rethrow_exception(std::exchange(call_->failure, nullptr));
  return CallOutcome::done;
}

CallOutcome call_bounded(std::function<void()> work, const CancelToken& cancel,
                         std::chrono::steady_clock::time_point deadline) {
  return PendingCall(std::move(work)).wait(cancel, deadline);
}

}  // namespace astream
