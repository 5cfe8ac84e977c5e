#include <atomic>
#include <csignal>
#include <optional>

#include "cli/signals.hpp"

namespace astream::cli {

namespace {

std::optional<CancelToken> token;  // set once, before the handlers are installed
std::atomic<int> signal_number{0};

void handle(int signal) {
  signal_number.store(signal);
  if (token) token->request();
}

}  // namespace

void catch_signals(const CancelToken& cancel) {
  token = cancel;
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one is not ours; no SA_RESTART: blocking calls return
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
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
