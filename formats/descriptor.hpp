// The system calls behind the sinks, for descriptors that somebody else owns: written to the end whatever the kernel
// takes at once, whether they block or not.
//
// Failures are Error(output) that names `name` as its input; a pipe without a reader is PipeClosed (byte_sink.hpp). The
// program is expected to ignore SIGPIPE: a library does not change that behind its back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace astream {

/// Opens a file to write at its end, made where there is none. The caller closes it. Throws Error(output).
int open_for_appending(const std::string& path);

/// What a descriptor can do.
struct DescriptorFacts {
  bool is_pipe = false;
  bool is_rewritable = false;  ///< a plain file that was not opened for appending: bytes can be replaced and cut off
  int64_t position_bytes = 0;  ///< where the next write goes, when is_rewritable
};
DescriptorFacts inspect_descriptor(int fd);

/// Enlarges a pipe to `size_bytes`, or as far as the system lets it; leaves it alone where it can't.
void enlarge_pipe(int fd, size_t size_bytes) noexcept;

/// Most parts that write_whole takes.
inline constexpr size_t kMaxWriteParts = 4;

/// Writes all parts one behind the other, in as few calls as possible. Blocks, on non-blocking descriptors too.
void write_whole(int fd, std::span<const std::string_view> parts, const std::string& name);

/// Writes `bytes` at `position_bytes` without moving the descriptor's own position.
void write_at(int fd, int64_t position_bytes, std::string_view bytes, const std::string& name);

/// Cuts the file off at `position_bytes` and goes on from there; does nothing where that can't be done.
void cut_off_at(int fd, int64_t position_bytes) noexcept;

/// Waits until all that was written is on the disk itself. Throws Error(output) when the disk failed.
void sync_to_disk(int fd, const std::string& name);

/// An Error(output) for the system's error number: "can't write: No space left on device", with a hint where there is
/// one.
Error output_error(std::string_view doing, int error_number, const std::string& name);

}  // namespace astream
