#include "source/bounded_call.hpp"

#include <atomic>
#include <exception>
#include <memory>
#include <thread>

#include "base/wake_up.hpp"

namespace astream {

namespace {

struct Call {
  std::function<void()> work;
  std::exception_ptr failure;
  std::atomic<bool> is_done = false;
  WakeUp wake_up;
};

void run_call(const std::shared_ptr<Call>& call) noexcept {
  try {
    call->work();
  } catch (...) {
    call->failure = std::current_exception();
  }
  call->work = nullptr;  // what it owns ends here, not on the thread that waits
  call->is_done.store(true);
  call->wake_up.notify();
}

}  // namespace

CallOutcome call_bounded(std::function<void()> work, const CancelToken& cancel,
                         std::chrono::steady_clock::time_point deadline) {
  const auto call = std::make_shared<Call>();
  call->work = std::move(work);
  std::thread(run_call, call).detach();
  const WakeUp::Outcome outcome = call->wake_up.wait(cancel, deadline);
  if (!call->is_done.load()) {
    return outcome == WakeUp::Outcome::cancelled ? CallOutcome::cancelled : CallOutcome::timed_out;
  }
  if (call->failure) std::rethrow_exception(call->failure);
  return CallOutcome::done;
}

}  // namespace astream
