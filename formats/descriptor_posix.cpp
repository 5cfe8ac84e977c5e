#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "formats/byte_sink.hpp"
#include "formats/descriptor.hpp"

namespace astream {

namespace {

std::string hint_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "free some space, or write to another disk";
    case EFBIG:
      return "the file system or a limit of the shell (ulimit -f) allows no larger file";
    case EACCES:
    case EPERM:
    case EROFS:
      return "write to a folder where you may create files";
    case ENOENT:
    case ENOTDIR:
      return "create the folder first";
    case ENAMETOOLONG:
      return "use a shorter name";
    default:
      return {};
  }
}

/// Waits until a non-blocking descriptor takes more. What is wrong with it, the next write tells.
void wait_writable(int fd) {
  pollfd entry{.fd = fd, .events = POLLOUT, .revents = 0};
  while (poll(&entry, 1, -1) < 0 && errno == EINTR) {
  }
}

/// After a write that took nothing: returns when it should be tried again, else throws.
void handle_failed_write(int fd, const std::string& name) {
  switch (errno) {
    case EINTR:
      return;
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
      wait_writable(fd);
      return;
    case EPIPE:
    case ECONNRESET:
      throw PipeClosed{};
    default:
      throw output_error("can't write", errno, name);
  }
}

}  // namespace

Error output_error(std::string_view doing, int error_number, const std::string& name) {
  return Error(ErrorKind::output, std::string(doing) + ": " + std::generic_category().message(error_number), name,
               hint_for(error_number));
}

int open_for_appending(const std::string& path) {
  constexpr mode_t kNewFileMode = 0666;  // less what the umask takes
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kNewFileMode);
  if (fd < 0) throw output_error("can't write the file", errno, path);
  return fd;
}

DescriptorFacts inspect_descriptor(int fd) {
  DescriptorFacts facts;
  struct stat status {};
  if (fstat(fd, &status) != 0) return facts;
  facts.is_pipe = S_ISFIFO(status.st_mode);
  const int flags = fcntl(fd, F_GETFL);
  if (!S_ISREG(status.st_mode) || flags < 0 || (flags & O_APPEND) != 0) return facts;
  const off_t position = lseek(fd, 0, SEEK_CUR);
  facts.is_rewritable = position >= 0;
  facts.position_bytes = std::max<off_t>(position, 0);
  return facts;
}

void enlarge_pipe(int fd, size_t size_bytes) noexcept {
#if defined(F_SETPIPE_SZ) && defined(F_GETPIPE_SZ)
  const int present = fcntl(fd, F_GETPIPE_SZ);
  // Users without privileges have a limit per pipe and one for all their pipes together: take what is left of it.
  for (auto size = static_cast<int>(size_bytes); present >= 0 && size > present; size /= 2) {
    if (fcntl(fd, F_SETPIPE_SZ, size) >= 0) return;
  }
#else
  (void)fd;
  (void)size_bytes;
#endif
}

void write_whole(int fd, std::span<const std::string_view> parts, const std::string& name) {
  std::array<iovec, kMaxWriteParts> vectors{};
  size_t count = 0;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    vectors.at(count++) = {const_cast<char*>(part.data()), part.size()};
  }
  size_t first = 0;
  while (first < count) {
    const ssize_t written = writev(fd, &vectors[first], static_cast<int>(count - first));
    if (written <= 0) {
      if (written < 0) handle_failed_write(fd, name);
      continue;
    }
    auto left = static_cast<size_t>(written);
    while (first < count && left >= vectors[first].iov_len) left -= vectors[first++].iov_len;
    if (left == 0) continue;
    vectors[first].iov_base = static_cast<char*>(vectors[first].iov_base) + left;
    vectors[first].iov_len -= left;
  }
}

void write_at(int fd, int64_t position_bytes, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), position_bytes);
    if (written < 0) {
      handle_failed_write(fd, name);
      continue;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
    position_bytes += written;
  }
}

void sync_to_disk(int fd, const std::string& name) {
  // Pipes and some file systems have nothing to sync, and say so.
  if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS && errno != ENOSYS) {
    throw output_error("can't write to the disk", errno, name);
  }
}

void cut_off_at(int fd, int64_t position_bytes) noexcept {
  if (ftruncate(fd, position_bytes) == 0) lseek(fd, position_bytes, SEEK_SET);
}

}  // namespace astream
