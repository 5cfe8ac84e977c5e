#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/program_output.hpp"

namespace astream {

namespace {

/// What can be read from `fd` now; false at the end.
bool read_some(int fd, std::string& text) {
  std::array<char, 16384> block;
  const ssize_t count = read(fd, block.data(), block.size());
  if (count > 0) text.append(block.data(), static_cast<size_t>(count));
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

bool is_any_requested(const std::vector<CancelToken>& cancels) {
  return std::any_of(cancels.begin(), cancels.end(), [](const CancelToken& token) { return token.is_requested(); });
}

int wait_ms(std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest{60'000};
  const auto now = std::chrono::steady_clock::now();
  if (deadline > now + kLongest) return static_cast<int>(kLongest.count());
  return static_cast<int>(std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(deadline - now)).count());
}

}  // namespace

ProgramOutput run_program(const std::vector<std::string>& argv, const ProgramLimits& limits,
                          std::string_view stdin_text) {
  Subprocess child(argv, ChildPipe::child_outputs, stdin_text);
  ProgramOutput output;
  // Negative descriptors are passed over by poll(): outputs that have ended.
  std::vector<pollfd> fds{pollfd{child.fd(), POLLIN, 0}, pollfd{child.error_fd(), POLLIN, 0}};
  for (const CancelToken& token : limits.cancels) fds.push_back({token.wait_fd(), POLLIN, 0});
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    poll(fds.data(), fds.size(), wait_ms(limits.deadline));
    if (is_any_requested(limits.cancels)) throw Cancelled{};
    if (std::chrono::steady_clock::now() >= limits.deadline) {
      throw Error(ErrorKind::resolve, "'" + argv.front() + "' takes too long");
    }
    if (fds[0].revents != 0 && !read_some(child.fd(), output.out)) fds[0].fd = -1;
    if (fds[1].revents != 0 && !read_some(child.error_fd(), output.err)) fds[1].fd = -1;
    for (pollfd& entry : fds) entry.revents = 0;
    if (std::max(output.out.size(), output.err.size()) > limits.max_bytes) {
      throw Error(ErrorKind::resolve, "'" + argv.front() + "' writes without end");
    }
  }
  child.close_pipe();
  output.exit = child.wait();
  return output;
}

}  // namespace astream
