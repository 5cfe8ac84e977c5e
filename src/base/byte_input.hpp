// Bytes from outside: stdin, a program's pipe, a FIFO, or memory; with look-ahead, so that its kind can be told first.
//
// Used from one thread. Reads give what is there (short reads are normal) and can be cancelled. Failures are Errors.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.hpp"

namespace astream {

class ByteInput {
 public:
  virtual ~ByteInput() = default;
  /// Up to `to.size()` bytes, at least one; 0 only at the end. Throws Error(open) on failure, Error(network) when
  /// nothing comes within the stall time, Cancelled when cancelled.
  virtual size_t read(std::span<std::byte> to) = 0;
  /// Total size where the input can be read at any position (a regular file), else nothing.
  virtual std::optional<int64_t> size_bytes() const { return std::nullopt; }
  /// Moves to a byte position; only when size_bytes() gave one.
  virtual void seek(int64_t position_bytes) { (void)position_bytes; }
};

/// Thrown out of a blocking read when the token was requested; not a failure.
struct Cancelled {};

/// Bytes of a descriptor, which the caller keeps open. A regular file is seekable. `stall` 0: wait for ever.
std::unique_ptr<ByteInput> make_fd_input(int fd, const CancelToken& cancel, std::chrono::milliseconds stall);

/// An input whose first bytes can be looked at before they are read.
class PeekInput : public ByteInput {
 public:
  explicit PeekInput(std::unique_ptr<ByteInput> inner) : inner_(std::move(inner)) {}
  /// The first `count` bytes, fewer only at the end. To be called before the first read().
  std::span<const std::byte> peek(size_t count);
  size_t read(std::span<std::byte> to) override;
  std::optional<int64_t> size_bytes() const override { return inner_->size_bytes(); }
  void seek(int64_t position_bytes) override;

 private:
  std::unique_ptr<ByteInput> inner_;
  std::vector<std::byte> head_;
  size_t head_used_ = 0;
};

}  // namespace astream
