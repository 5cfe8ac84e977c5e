#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "base/os.hpp"
#include "base/random_file.hpp"

namespace astream {

namespace {

[[noreturn]] void fail_file(const char* what, int error_number) {
  throw Error(ErrorKind::open, std::string(what) + ": " + std::string(system_message(error_number)));
}

}  // namespace

std::shared_ptr<RandomFile> RandomFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO must not be waited for
  if (fd < 0 && errno == ENOENT) {
    throw Error(ErrorKind::open, "no such file", {}, "check the name; quote names with spaces");
  }
  if (fd < 0) fail_file("can't open it", errno);
  struct stat status {};
  const int code = fstat(fd, &status);
  std::shared_ptr<RandomFile> file(new RandomFile(fd, status.st_size));
  if (code != 0) fail_file("can't open it", errno);
  if (S_ISDIR(status.st_mode)) throw Error(ErrorKind::open, "it is a directory");
  if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::open, "it is no regular file, and archives are read anywhere");
  return file;
}

std::shared_ptr<RandomFile> RandomFile::temporary() {
  const char* folder = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string name = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/astream-XXXXXX";
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) fail_file("can't make a temporary file", errno);
  unlink(name.c_str());
  return std::shared_ptr<RandomFile>(new RandomFile(fd, 0));
}

RandomFile::~RandomFile() {
  close_fd(fd_);
}

size_t RandomFile::read_at(int64_t position_bytes, std::span<std::byte> to) const {
  while (true) {
    const ssize_t got = pread(fd_, to.data(), to.size(), position_bytes);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) fail_file("can't read", errno);
  }
}

void RandomFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd_, bytes.data(), bytes.size(), size_bytes_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_file("can't write a temporary file", errno);
    size_bytes_ += written;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

}  // namespace astream
