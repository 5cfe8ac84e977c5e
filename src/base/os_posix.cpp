#include <fcntl.h>
#include <string.h>  // NOLINT(modernize-deprecated-headers): strerror_r is POSIX
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/error.hpp"
#include "base/os.hpp"

namespace astream {

namespace {

// strerror_r comes in two forms: GNU's returns the text, POSIX's returns 0 and fills the buffer.
[[maybe_unused]] std::string_view message_of(const char* text, const char*) {
  return text;
}
[[maybe_unused]] std::string_view message_of(int, const char* buffer) {
  return buffer;
}

/// Moves `fd` above the standard streams when it is one of them (a parent may have started us with them closed).
int above_standard_streams(int fd) {
  if (fd > STDERR_FILENO) return fd;
  const int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int error_number = errno;
  close(fd);
  errno = error_number;
  return moved;
}

int make_pipe(int ends[2]) {
#if defined(__APPLE__)
  if (pipe(ends) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
#else
  return pipe2(ends, O_CLOEXEC);
#endif
}

}  // namespace

PipeEnds open_pipe() {
  int ends[2] = {-1, -1};
  if (make_pipe(ends) != 0) {
    throw Error(ErrorKind::internal, "can't make a pipe: " + std::string(system_message(errno)));
  }
  PipeEnds pipe{above_standard_streams(ends[0]), above_standard_streams(ends[1])};
  if (pipe.read_fd < 0 || pipe.write_fd < 0) {
    const int error_number = errno;
    close_fd(pipe.read_fd);
    close_fd(pipe.write_fd);
    throw Error(ErrorKind::internal, "can't make a pipe: " + std::string(system_message(error_number)));
  }
  return pipe;
}

void set_non_blocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void close_fd(int& fd) noexcept {
  if (fd >= 0) close(fd);
  fd = -1;
}

void write_to_stderr(std::string_view text) noexcept {
  ssize_t written = 0;
  do {
    written = write(STDERR_FILENO, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
}

std::string_view system_message(int error_number) {
  thread_local char buffer[128];
  return message_of(strerror_r(error_number, buffer, sizeof buffer), buffer);
}

}  // namespace astream
