// The few calls to the operating system that several files of this floor need. One implementation per system:
// os_posix.cpp.
//
// All functions may be called from any thread. Descriptors are made close-on-exec and never 0, 1 or 2, so that a
// child's standard streams can be set up without a clash.
#pragma once

#include <string_view>

namespace astream {

/// Both ends of a pipe; the caller closes them.
struct PipeEnds {
  int read_fd = -1;
  int write_fd = -1;
};

/// A new pipe. Throws Error(internal) when the process has no descriptors left.
PipeEnds open_pipe();

/// Makes reads and writes on `fd` return at once instead of waiting.
void set_non_blocking(int fd);

/// Closes `fd` unless it is negative, and sets it to -1.
void close_fd(int& fd) noexcept;

/// Writes `text` to stderr in one call, so that lines of several processes don't mix. Failures are ignored.
void write_to_stderr(std::string_view text) noexcept;

/// "No such file or directory" for ENOENT: strerror() that is safe with threads.
std::string_view system_message(int error_number);

}  // namespace astream
