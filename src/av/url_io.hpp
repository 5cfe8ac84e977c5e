// Opening URLs through libav: timeouts, TLS verification, resume by range, cancellation. Inside src/av only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "av/handles.hpp"
#include "av/media_target.hpp"

namespace astream::av {

/// What libav asks while it blocks: whether to give up. Must outlive what it is handed to.
class Interrupt {
 public:
  explicit Interrupt(CancelToken cancel) : cancel_(std::move(cancel)) {}
  AVIOInterruptCB callback() { return {check, this}; }
  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }
  void clear_deadline() { deadline_.reset(); }
  bool has_deadline() const { return deadline_.has_value(); }

 private:
  static int check(void* opaque) noexcept;
  CancelToken cancel_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

/// Connects to target.url within the connect timeout; later reads give up after the stall timeout. Throws Error or
/// Cancelled.
UniqueIo open_url(const MediaTarget& target, Interrupt& interrupt);

/// Throws what libav's `code` at `stage` means for `target`: Cancelled, or an Error.
[[noreturn]] void throw_av_failure(int code, const std::string& stage, const MediaTarget& target,
                                   const Interrupt& interrupt);

}  // namespace astream::av
