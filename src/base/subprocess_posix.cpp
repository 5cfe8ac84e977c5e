#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill and sigset_t are POSIX
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "base/error.hpp"
#include "base/os.hpp"
#include "base/subprocess.hpp"

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace astream {

namespace {

/// What is done in the child between fork and exec; an object, so that nothing leaks when a step fails.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    // As a shell would start it: no signal blocked, none ignored (an ignored SIGPIPE would be inherited), and a process
    // group of its own, so that it can be ended with all its children and a ^C at the terminal does not reach it.
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void put(int fd, int as_fd) { posix_spawn_file_actions_adddup2(&actions_, fd, as_fd); }
  void put_nothing_on_stdin() { posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0); }

  /// 0, or what went wrong as an errno.
  int run(const std::vector<std::string>& argv, pid_t& pid) {
    std::vector<char*> arguments;
    for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    return posix_spawnp(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

/// What a failed start is called. The search of the PATH says "permission denied" when a folder on it is closed to us,
/// even though the program is nowhere.
int start_error(const std::string& program, int error_number) {
  if (error_number != EACCES || program.find('/') != std::string::npos) return error_number;
  const char* const path = getenv("PATH");
  std::string_view folders = path != nullptr ? path : "";
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    if (access((std::string(folder) + "/" + program).c_str(), F_OK) == 0) return EACCES;
  }
  return ENOENT;
}

ChildExit exit_of(int status) {
  ChildExit exit;
  if (WIFSIGNALED(status)) {
    exit.signal = WTERMSIG(status);
    exit.code = 128 + exit.signal;
  } else {
    exit.code = WEXITSTATUS(status);
  }
  return exit;
}

/// The reading end of a pipe that holds `text`.
int pipe_with(std::string_view text) {
  PipeEnds ends = open_pipe();
  set_non_blocking(ends.write_fd);
  const ssize_t written = write(ends.write_fd, text.data(), text.size());
  close_fd(ends.write_fd);
  if (written == static_cast<ssize_t>(text.size())) return ends.read_fd;
  close_fd(ends.read_fd);
  throw Error(ErrorKind::internal, "the text for a program is longer than a pipe");
}

}  // namespace

Subprocess::Subprocess(const std::vector<std::string>& argv, ChildPipe pipe, std::string_view stdin_text) {
  if (argv.empty() || argv.front().empty()) throw Error(ErrorKind::open, "there is no command to run");
  SpawnPlan plan;
  PipeEnds ends;
  int child_end = -1;
  int stdin_fd = -1;
  if (!stdin_text.empty()) {
    stdin_fd = pipe_with(stdin_text);
    plan.put(stdin_fd, STDIN_FILENO);
  } else if (pipe != ChildPipe::child_stdin) {
    plan.put_nothing_on_stdin();
  }
  if (pipe == ChildPipe::none_but_stderr) plan.put(STDERR_FILENO, STDOUT_FILENO);
  if (pipe != ChildPipe::none && pipe != ChildPipe::none_but_stderr) {
    ends = open_pipe();
    const bool child_writes = pipe != ChildPipe::child_stdin;
    child_end = child_writes ? ends.write_fd : ends.read_fd;
    fd_ = child_writes ? ends.read_fd : ends.write_fd;
    plan.put(child_end, child_writes ? STDOUT_FILENO : STDIN_FILENO);
  }
  int child_error_end = -1;
  if (pipe == ChildPipe::child_outputs) {
    ends = open_pipe();
    child_error_end = ends.write_fd;
    error_fd_ = ends.read_fd;
    plan.put(child_error_end, STDERR_FILENO);
  }
  pid_t pid = -1;
  int error_number = plan.run(argv, pid);
  close_fd(stdin_fd);
  close_fd(child_end);
  close_fd(child_error_end);
  if (error_number != 0) {
    close_pipe();
    error_number = start_error(argv.front(), error_number);
    throw Error(ErrorKind::open, "can't run '" + argv.front() + "': " + std::string(system_message(error_number)), {},
                error_number == ENOENT ? "is it installed and on the PATH?" : "");
  }
  pid_ = pid;
}

Subprocess::~Subprocess() {
  terminate();
}

void Subprocess::close_pipe() noexcept {
  close_fd(fd_);
  close_fd(error_fd_);
}

/// True once the child's end is known.
bool Subprocess::try_reap(bool may_wait) noexcept {
  while (!is_reaped_) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, may_wait ? 0 : WNOHANG);
    if (ended == 0) return false;
    if (ended < 0 && errno == EINTR) continue;
    // ECHILD: we were started with SIGCHLD ignored, and the system has reaped it. How it ended is lost.
    if (ended == pid_) exit_ = exit_of(status);
    is_reaped_ = true;
  }
  return true;
}

ChildExit Subprocess::wait() {
  try_reap(true);
  return exit_;
}

std::optional<ChildExit> Subprocess::poll() {
  if (!try_reap(false)) return std::nullopt;
  return exit_;
}

void Subprocess::terminate() noexcept {
  constexpr std::chrono::milliseconds kGrace{500};
  constexpr std::chrono::milliseconds kPause{2};
  close_pipe();
  if (is_reaped_ || pid_ <= 0) return;
  kill(-pid_, SIGTERM);
  // Looked at without reaping: as long as the child is not reaped, its number and its group's are not given anew.
  const auto deadline = std::chrono::steady_clock::now() + kGrace;
  const auto has_ended = [&] {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid_;
  };
  while (!has_ended() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(kPause);
  kill(-pid_, SIGKILL);
  try_reap(true);
}

}  // namespace astream
