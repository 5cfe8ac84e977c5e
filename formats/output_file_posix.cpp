#include "formats/output_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "formats/descriptor.hpp"

namespace astream {

namespace {

constexpr mode_t kNewFileMode = 0666;  // less what the umask takes

Error exists_error(const std::string& path) {
  return Error(ErrorKind::output, "the file exists already", path, "give -y to overwrite it");
}

/// Renames without ever replacing `to`. 0 or an error number.
int rename_to_new(const char* from, const char* to) {
#if defined(RENAME_NOREPLACE)
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
  if (link(from, to) == 0) return unlink(from) == 0 ? 0 : errno;
  if (errno == EEXIST) return EEXIST;
  // A file system without hard links (FAT) or the call above: look first, which leaves a small gap in time.
  struct stat status {};
  if (lstat(to, &status) == 0) return EEXIST;
  return rename(from, to) == 0 ? 0 : errno;
}

bool is_same_file(int fd, const char* path) {
  struct stat opened {};
  struct stat named {};
  return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

}  // namespace

OutputFile::OutputFile(std::string path, bool may_overwrite) : path_(std::move(path)), may_overwrite_(may_overwrite) {
  struct stat status {};
  const bool exists = lstat(path_.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) throw output_error("can't write the file", errno, path_);
  if (path_.empty()) throw Error(ErrorKind::output, "the output file has no name");
  if (exists && S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::output, "can't write the file: it is a folder", path_, "give the name of a file in it");
  }
  if (exists && !S_ISREG(status.st_mode)) {
    open_straight();
    return;
  }
  if (exists && !may_overwrite_) throw exists_error(path_);
  if (exists && access(path_.c_str(), W_OK) != 0) throw output_error("can't overwrite the file", errno, path_);
  part_path_ = path_ + ".part";
  open_part();
  // What was private stays private when it is overwritten.
  if (exists) (void)!fchmod(fd_, status.st_mode & 0777);
}

OutputFile::~OutputFile() {
  if (fd_ < 0) return;
  // Removed before the lock goes: later it might be another run's.
  if (!part_path_.empty()) unlink(part_path_.c_str());
  close(fd_);
}

void OutputFile::open_straight() {
  struct stat status {};
  const bool is_plain = stat(path_.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  if (is_plain && !may_overwrite_) throw exists_error(path_);
  fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kNewFileMode);
  if (fd_ < 0) throw output_error("can't write the file", errno, path_);
}

void OutputFile::open_part() {
  // The lock is on the file, not on its name: between open and lock another run may have renamed or removed it.
  for (;;) {
    const int fd = open(part_path_.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kNewFileMode);
    if (fd < 0) throw output_error("can't write the file", errno, path_);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      close(fd);
      throw Error(ErrorKind::output, "another program is writing " + part_path_, path_, "give another output file");
    }
    if (!is_same_file(fd, part_path_.c_str())) {
      close(fd);
      continue;
    }
    if (ftruncate(fd, 0) != 0) {
      const int error_number = errno;
      close(fd);
      throw output_error("can't write the file", error_number, path_);
    }
    fd_ = fd;
    return;
  }
}

void OutputFile::publish() {
  if (fd_ < 0) return;
  int error_number = 0;
  if (!part_path_.empty()) {
    // Renamed while it is open and locked: the name .part is ours until then.
    if (may_overwrite_) {
      error_number = rename(part_path_.c_str(), path_.c_str()) == 0 ? 0 : errno;
    } else {
      error_number = rename_to_new(part_path_.c_str(), path_.c_str());
    }
  }
  const int fd = std::exchange(fd_, -1);
  const int close_error = close(fd) == 0 || errno == EINTR ? 0 : errno;
  if (error_number == EEXIST) {
    throw Error(ErrorKind::output, "a file of this name has appeared meanwhile; the output is whole in " + part_path_,
                path_, "rename it, or give -y to overwrite");
  }
  if (error_number != 0) throw output_error("can't rename " + part_path_, error_number, path_);
  if (close_error != 0) throw output_error("can't finish the file", close_error, path_);
}

}  // namespace astream
