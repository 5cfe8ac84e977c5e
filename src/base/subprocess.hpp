// A child process with its stdin or stdout on a pipe: argument vector, no shell (unless the caller runs one), its own
// process group, always reaped.
#pragma once

#include <string>
#include <vector>

namespace astream {

enum class ChildPipe { none, child_stdout, child_stdin };

/// How a child ended: `code` is the exit status, or 128 + signal number.
struct ChildExit {
  int code = 0;
  int signal = 0;  ///< 0 when it exited by itself
};

/// Owns one child. Not thread-safe. The destructor ends the child (SIGTERM, then SIGKILL after a short wait) and reaps it.
class Subprocess {
public:
  /// Starts `argv` (argv[0] is searched on PATH). child_stdout: its stdin is /dev/null, its stderr is ours.
  /// child_stdin: its stdout and stderr are ours. Throws Error(open) when it can't be started.
  Subprocess(const std::vector<std::string>& argv, ChildPipe pipe);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  /// Our end of the pipe (close-on-exec), -1 after close_pipe(). Owned by this object.
  int fd() const { return fd_; }
  void close_pipe();

  /// Waits for the child's end; may be called again.
  ChildExit wait();
  /// Ends the child's process group and reaps it.
  void terminate() noexcept;
  int pid() const { return pid_; }

private:
  int pid_ = -1;
  int fd_ = -1;
  bool is_reaped_ = false;
  ChildExit exit_;
};

}  // namespace astream
