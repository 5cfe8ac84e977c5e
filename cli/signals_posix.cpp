#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <optional>

#include "cli/signals.hpp"

namespace astream::cli {

namespace {

std::optional<CancelToken> token;  // set once, before the handlers are installed
std::atomic<int> signal_number{0};
std::atomic<int64_t> first_ms{0};
static_assert(std::atomic<int64_t>::is_always_lock_free, "a signal handler uses it");

/// What comes so soon behind the first is the same wish: `timeout` tells its child and then the child's group.
constexpr int64_t kSameWish_ms = 1000;

int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void handle(int signal) {
  int none = 0;
  if (signal_number.compare_exchange_strong(none, signal)) {
    first_ms.store(now_ms());
    if (token) token->request();
    return;
  }
  const int64_t since_ms = first_ms.load();
  if (since_ms == 0 || now_ms() - since_ms < kSameWish_ms) return;
  std::signal(signal, SIG_DFL);
  raise(signal);  // once this handler has returned
}

}  // namespace

void catch_signals(const CancelToken& cancel) {
  token = cancel;
  struct sigaction action {};
  action.sa_handler = handle;  // without SA_RESTART: blocking calls return
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction found {};
  sigaction(SIGHUP, nullptr, &found);
  if (found.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup
  std::signal(SIGPIPE, SIG_IGN);
}

int caught_signal() {
  return signal_number.load();
}

void end_by_signal(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace astream::cli
