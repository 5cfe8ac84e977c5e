// libav's byte reading on top of a ByteInput. Inside src/av only.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "av/handles.hpp"
#include "base/byte_input.hpp"

namespace astream::av {

/// Owns an AVIOContext that reads from a ByteInput. The callbacks never throw through libav: what the input threw is
/// kept and comes out of rethrow_pending().
class IoContext {
 public:
  explicit IoContext(std::shared_ptr<ByteInput> input);
  ~IoContext();
  IoContext(const IoContext&) = delete;
  IoContext& operator=(const IoContext&) = delete;

  AVIOContext* context() const { return context_; }
  /// The first bytes of the input as far as they were read, 4096 at most: libav may have dropped them.
  std::string_view head() const { return head_; }
  /// Rethrows what stopped the last libav call, if the input threw.
  void rethrow_pending();

 private:
  static int read_packet(void* opaque, uint8_t* buffer, int size) noexcept;
  static int64_t seek(void* opaque, int64_t offset, int whence) noexcept;

  std::shared_ptr<ByteInput> input_;
  std::exception_ptr pending_;
  AVIOContext* context_ = nullptr;  // its buffer belongs to libav, which may replace it
  int64_t position_bytes_ = 0;
  std::string head_;
};

}  // namespace astream::av
