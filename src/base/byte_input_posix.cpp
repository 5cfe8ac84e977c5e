#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/byte_input.hpp"
#include "base/error.hpp"

namespace astream {

namespace {

class FdInput : public ByteInput {
 public:
  FdInput(int fd, CancelToken cancel, std::chrono::milliseconds stall)
      : fd_(fd), cancel_(std::move(cancel)), stall_(stall) {
    struct stat status {};
    if (fstat(fd_, &status) == 0 && S_ISREG(status.st_mode)) {
      const off_t here = lseek(fd_, 0, SEEK_CUR);  // a shell may hand over a file that was read in part
      if (here >= 0) {
        origin_bytes_ = here;
        size_bytes_ = std::max<int64_t>(0, status.st_size - here);
      }
    }
  }

  size_t read(std::span<std::byte> to) override {
    while (true) {
      if (!size_bytes_) wait_until_readable();
      const ssize_t got = ::read(fd_, to.data(), to.size());
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR && errno != EAGAIN) {
        throw Error(ErrorKind::open, std::string("can't read: ") + std::strerror(errno));
      }
    }
  }

  std::optional<int64_t> size_bytes() const override { return size_bytes_; }

  void seek(int64_t position_bytes) override {
    if (lseek(fd_, origin_bytes_ + position_bytes, SEEK_SET) < 0) {
      throw Error(ErrorKind::open, std::string("can't seek: ") + std::strerror(errno));
    }
  }

 private:
  void wait_until_readable() {
    std::array<pollfd, 2> fds{pollfd{fd_, POLLIN, 0}, pollfd{cancel_.wait_fd(), POLLIN, 0}};
    const int timeout_ms = stall_.count() > 0 ? static_cast<int>(stall_.count()) : -1;
    while (true) {
      const int ready = poll(fds.data(), fds.size(), timeout_ms);
      if (cancel_.is_requested()) throw Cancelled{};
      if (ready > 0) return;
      if (ready == 0) throw Error(ErrorKind::network, "nothing came for too long", {}, "see --stall");
      if (errno != EINTR) throw Error(ErrorKind::open, std::string("can't wait for input: ") + std::strerror(errno));
    }
  }

  int fd_;
  CancelToken cancel_;
  std::chrono::milliseconds stall_;
  int64_t origin_bytes_ = 0;
  std::optional<int64_t> size_bytes_;
};

}  // namespace

std::unique_ptr<ByteInput> make_fd_input(int fd, const CancelToken& cancel, std::chrono::milliseconds stall) {
  return std::make_unique<FdInput>(fd, cancel, stall);
}

}  // namespace astream
