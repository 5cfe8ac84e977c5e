// Where encoded bytes go: a file being written, a pipe, or memory. The counterpart of ByteInput.
//
// Used from one thread. Failures are Error(output) or whatever the owner throws; a failed write leaves the position
// where it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace astream {

class ByteOutput {
 public:
  virtual ~ByteOutput() = default;
  /// Takes all bytes, at the current position.
  virtual void write(std::span<const std::byte> bytes) = 0;
  /// Whether seek() works: what was written can be written over (a header, once the length is known).
  virtual bool is_seekable() const = 0;
  virtual void seek(int64_t position_bytes) = 0;
  /// Bytes up to the end of what was written.
  virtual int64_t size_bytes() const = 0;
};

}  // namespace astream
