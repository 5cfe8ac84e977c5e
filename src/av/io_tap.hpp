// Bytes that libav reads, seen on their way. Inside src/av only.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "av/handles.hpp"

namespace astream::av {

/// An AVIOContext that gives what another one reads, and shows it to a listener. What libav asks the other by options
/// (an http server's redirected location) goes through. The listener must not throw.
class IoTap {
 public:
  using Listener = std::function<void(std::span<const uint8_t> bytes)>;

  /// `inner` stays its owner's, and must outlive the use of context().
  IoTap(AVIOContext* inner, Listener listener);
  ~IoTap();
  IoTap(const IoTap&) = delete;
  IoTap& operator=(const IoTap&) = delete;

  AVIOContext* context() const { return context_; }
  AVIOContext* inner() const { return inner_; }

 private:
  static int read_packet(void* opaque, uint8_t* buffer, int size) noexcept;
  static int64_t seek(void* opaque, int64_t offset, int whence) noexcept;
  static void* next_child(void* object, void* previous) noexcept;

  AVIOContext* inner_;
  Listener listener_;
  AVIOContext* context_ = nullptr;  // its buffer belongs to libav, which may replace it
};

}  // namespace astream::av
