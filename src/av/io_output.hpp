// libav's byte writing on top of a ByteOutput. Inside src/av only.
#pragma once

#include <exception>

#include "av/handles.hpp"
#include "base/byte_output.hpp"

namespace astream::av {

/// Owns an AVIOContext that writes to a ByteOutput, which must outlive it. The callbacks never throw through libav:
/// what the output threw is kept and comes out of rethrow_pending(). After a failure it takes nothing more.
class IoOutput {
 public:
  explicit IoOutput(ByteOutput& output);
  ~IoOutput();
  IoOutput(const IoOutput&) = delete;
  IoOutput& operator=(const IoOutput&) = delete;

  AVIOContext* context() const { return context_; }
  /// Rethrows what stopped the output, if something did; every time.
  void rethrow_pending() const;

 private:
  static int write_packet(void* opaque, uint8_t* buffer, int size) noexcept;
  static int64_t seek(void* opaque, int64_t offset, int whence) noexcept;

  ByteOutput& output_;
  std::exception_ptr failure_;
  AVIOContext* context_ = nullptr;
};

}  // namespace astream::av
