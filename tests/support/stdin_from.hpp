// Puts a file, or a pipe that holds some bytes, in the place of stdin for as long as the object lives.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "base/os.hpp"

namespace astream::test {

class StdinFrom {
 public:
  /// The bytes that come through the pipe.
  struct Pipe {
    std::string bytes;
  };

  explicit StdinFrom(const std::string& path) { put(open(path.c_str(), O_RDONLY | O_CLOEXEC)); }
  explicit StdinFrom(const Pipe& pipe) {
    PipeEnds ends = open_pipe();
    put(ends.read_fd);
    // Less than a pipe holds: this does not block.
    if (pipe.bytes.size() > kMostBytes) throw std::invalid_argument("too much for a pipe without a reader");
    const ssize_t written = write(ends.write_fd, pipe.bytes.data(), pipe.bytes.size());
    close_fd(ends.write_fd);
    if (written != static_cast<ssize_t>(pipe.bytes.size())) throw std::runtime_error("no room in the pipe");
  }
  ~StdinFrom() {
    dup2(saved_, 0);
    close(saved_);
  }
  StdinFrom(const StdinFrom&) = delete;
  StdinFrom& operator=(const StdinFrom&) = delete;

 private:
  void put(int fd) {
    if (fd < 0) throw std::runtime_error("no file for stdin");
    saved_ = fcntl(0, F_DUPFD_CLOEXEC, 3);
    dup2(fd, 0);
    close(fd);
  }
  static constexpr size_t kMostBytes = 32 * 1024;
  int saved_ = -1;
};

}  // namespace astream::test
