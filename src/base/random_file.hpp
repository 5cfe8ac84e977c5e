// A file read at any position, by any number of readers: an archive, or a temporary file that was unpacked into.
//
// read_at() may be called from several threads at once, append() from one. Failures are Error(open).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/byte_input.hpp"

namespace astream {

class RandomFile {
 public:
  /// A file on disk. Throws Error(open) for what is not there, or can't be read at any position (a pipe, a folder).
  static std::shared_ptr<RandomFile> open(const std::string& path);
  /// A file without a name in $TMPDIR (or /tmp), gone with this object.
  static std::shared_ptr<RandomFile> temporary();

  RandomFile(const RandomFile&) = delete;
  RandomFile& operator=(const RandomFile&) = delete;
  ~RandomFile();

  int64_t size_bytes() const { return size_bytes_; }
  /// Up to `to.size()` bytes; 0 only at the end.
  size_t read_at(int64_t position_bytes, std::span<std::byte> to) const;
  void append(std::span<const std::byte> bytes);

 private:
  RandomFile(int fd, int64_t size_bytes) : fd_(fd), size_bytes_(size_bytes) {}

  int fd_;
  int64_t size_bytes_;
};

/// `size_bytes` of `file` from `begin_bytes` on, seekable. Where the file ends earlier, reading there is an
/// Error(decode).
std::unique_ptr<ByteInput> make_range_input(std::shared_ptr<const RandomFile> file, int64_t begin_bytes,
                                            int64_t size_bytes);

}  // namespace astream
