#include <fcntl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/os.hpp"
#include "cli/terminal_guard.hpp"

namespace astream::cli {

namespace {

constexpr std::array kCrashes{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT, SIGSYS, SIGXCPU};
constexpr size_t kMaxRestoring_bytes = 512;

/// All that a signal handler may look at: plain values, set before the handlers are.
struct Restoration {
  int fd = -1;
  termios found{};  ///< as the terminal was before
  termios used{};   ///< as it is while the display is on
  std::array<char, kMaxRestoring_bytes> bytes{};
  size_t length = 0;
};
Restoration restoration;
std::array<struct sigaction, kCrashes.size()> saved_actions;

void restore_terminal() {
  for (size_t at = 0; at < restoration.length;) {
    const ssize_t written = write(restoration.fd, restoration.bytes.data() + at, restoration.length - at);
    if (written <= 0 && errno != EINTR) break;
    at += written > 0 ? static_cast<size_t>(written) : 0;
  }
  tcsetattr(restoration.fd, TCSANOW, &restoration.found);
}

void handle_crash(int signal) {
  restore_terminal();
  const auto place = std::find(kCrashes.begin(), kCrashes.end(), signal) - kCrashes.begin();
  sigaction(signal, &saved_actions[static_cast<size_t>(place)], nullptr);
  raise(signal);
}

bool is_same_mode(const termios& a, const termios& b) {
  return a.c_lflag == b.c_lflag && a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag;
}

/// The child: waits until the pipe closes. A byte in it says that there is nothing to do.
[[noreturn]] void watch(int pipe_fd) {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_IGN);  // it ends by the pipe alone
  setpgid(0, 0);                                                               // a killed group is not ours
  for (int fd = 0; fd < 1024; ++fd) {
    if (fd != pipe_fd && fd != restoration.fd) close(fd);
  }
  char byte = 0;
  ssize_t count = 0;
  do count = read(pipe_fd, &byte, 1);
  while (count < 0 && errno == EINTR);
  termios now{};
  // Whoever changed the modes since then (a shell's prompt) is to keep them.
  if (count == 0 && tcgetattr(restoration.fd, &now) == 0 && is_same_mode(now, restoration.used)) restore_terminal();
  _exit(0);
}

}  // namespace

struct TerminalGuard::State {
  int pipe_fd = -1;
  pid_t child = -1;
};

TerminalGuard::TerminalGuard(int fd) : self_(std::make_unique<State>()) {
  restoration = {};
  restoration.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  tcgetattr(restoration.fd, &restoration.found);
}

void TerminalGuard::arm(const std::string& restoring) {
  restoration.length = std::min(restoring.size(), kMaxRestoring_bytes);
  std::memcpy(restoration.bytes.data(), restoring.data(), restoration.length);
  tcgetattr(restoration.fd, &restoration.used);
  PipeEnds pipe = open_pipe();
  self_->child = fork();
  if (self_->child == 0) {
    close_fd(pipe.write_fd);
    watch(pipe.read_fd);
  }
  close_fd(pipe.read_fd);
  self_->pipe_fd = pipe.write_fd;
  for (size_t i = 0; i < kCrashes.size(); ++i) {
    struct sigaction action {};
    action.sa_handler = handle_crash;
    sigemptyset(&action.sa_mask);
    sigaction(kCrashes[i], &action, &saved_actions[i]);
  }
}

TerminalGuard::~TerminalGuard() {
  if (self_->pipe_fd >= 0) {
    for (size_t i = 0; i < kCrashes.size(); ++i) sigaction(kCrashes[i], &saved_actions[i], nullptr);
    const char byte = 1;
    if (write(self_->pipe_fd, &byte, 1) != 1) {
    }  // the child has gone: nobody to tell
    close_fd(self_->pipe_fd);
    if (self_->child > 0) {
      while (waitpid(self_->child, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
  close_fd(restoration.fd);
}

}  // namespace astream::cli
