// A child process with its stdin or stdout on a pipe: argument vector, no shell (unless the caller runs one), its own
// process group, always reaped.
//
// The child starts with no signal blocked or ignored, whatever we do with ours, and with none of our descriptors but
// the standard three. A write to a child_stdin whose child has gone is EPIPE for a caller that ignores SIGPIPE.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

enum class ChildPipe { none, child_stdout, child_stdin, child_outputs, none_but_stderr };

/// How a child ended: `code` is the exit status, or 128 + signal number.
struct ChildExit {
  int code = 0;
  int signal = 0;  ///< 0 when it exited by itself
};

/// Owns one child. Not thread-safe. The destructor ends the child (SIGTERM, then SIGKILL after a short wait) and reaps
/// it.
class Subprocess {
 public:
  /// Starts `argv` (argv[0] is searched on PATH). child_stdout: its stdin is /dev/null, its stderr is ours.
  /// child_stdin: its stdout and stderr are ours. child_outputs: its stdin is /dev/null, its stdout is fd() and its
  /// stderr is error_fd(). none: its stdin is /dev/null, the others are ours. none_but_stderr: likewise, but what it
  /// writes to stdout goes to our stderr. Throws Error(open) when it can't be started.
  /// `stdin_text`, a few lines at most, is on its stdin in place of /dev/null.
  Subprocess(const std::vector<std::string>& argv, ChildPipe pipe, std::string_view stdin_text = {});
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  /// Our end of the pipe (close-on-exec), -1 after close_pipe(). Owned by this object.
  int fd() const { return fd_; }
  int error_fd() const { return error_fd_; }
  void close_pipe() noexcept;

  /// Waits for the child's end; may be called again. A child that reads its stdin to the end needs close_pipe() first.
  ChildExit wait();
  /// How the child ended, nothing while it runs. Does not wait.
  std::optional<ChildExit> poll();
  /// Closes the pipe, ends the child's whole process group (SIGTERM, SIGKILL after half a second) and reaps the child.
  /// Does nothing to a child that wait() has seen end.
  void terminate() noexcept;
  int pid() const { return pid_; }

 private:
  bool try_reap(bool may_wait) noexcept;
  int pid_ = -1;
  int fd_ = -1;
  int error_fd_ = -1;
  bool is_reaped_ = false;
  ChildExit exit_;
};

}  // namespace astream
