// Where encoded bytes go: stdout, a pipe to a program, or a file that is written beside and renamed when whole.
//
// Writers append to a buffer and commit whole records; only whole records ever reach the descriptor. Failures are
// Error(output); a reader that closed the pipe is PipeClosed, which is no failure (the program must ignore SIGPIPE). A
// sink that has failed takes nothing more: every later call fails the same way. Used from one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace astream {

/// Thrown by a sink when the reader of the pipe has gone (EPIPE).
struct PipeClosed {};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes one whole record, given in two parts (either may be empty). May hold it back until flush().
  virtual void write(std::string_view head, std::span<const std::byte> body) = 0;
  /// Hands everything taken so far to the reader.
  virtual void flush() = 0;
  /// Replaces bytes already written (a wav header, once the length is known). false: this sink can't (a pipe). Called
  /// with no bytes it only tells whether it can.
  virtual bool rewrite(size_t offset, std::string_view bytes) = 0;
  /// Flushes and finishes (renames a file into place). Errors are seen here, not in the destructor.
  virtual void close() = 0;
  /// Bytes taken since the start.
  virtual size_t taken_bytes() const = 0;
};

/// A sink on a descriptor that it does not own. A pipe is enlarged to 1 MiB where the system can; writes are of about
/// 256 KiB until flush(). Nothing is left half-written by an interruption: a record begun is finished.
std::unique_ptr<ByteSink> make_fd_sink(int fd);

/// A sink that writes PATH.part and renames it to PATH in close(). Throws Error(output) at once when it can't be made
/// or PATH exists and may not be overwritten; without close() the .part file is removed.
std::unique_ptr<ByteSink> make_file_sink(const std::string& path, bool may_overwrite);

}  // namespace astream
