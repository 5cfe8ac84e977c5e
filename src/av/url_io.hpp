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
  explicit Interrupt(const MediaTarget& target)
      : cancel_(target.cancel), abort_(target.abort), is_link_(target.is_link) {}
  AVIOInterruptCB callback() { return {check, this}; }
  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }
  void clear_deadline() { deadline_.reset(); }
  bool is_expired() const { return deadline_ && std::chrono::steady_clock::now() >= *deadline_; }
  /// The server has refused a link that held before.
  bool is_refused() const;
  bool is_cancelled() const { return cancel_.is_requested() || (abort_ && abort_->is_requested()); }

 private:
  static int check(void* opaque) noexcept;
  CancelToken cancel_;
  std::optional<CancelToken> abort_;
  bool is_link_ = false;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

/// The options of http, TLS and sockets that `target` asks for.
void set_network_options(const MediaTarget& target, Dictionary& options);

/// Connects to target.url within the connect timeout; later reads give up after the stall timeout. Throws Error or
/// Cancelled.
UniqueIo open_url(const MediaTarget& target, Interrupt& interrupt);

/// What an http server told of a stream besides its bytes.
struct ServerAnswer {
  bool is_radio = false;  ///< it sent ICY headers, as Icecast and SHOUTcast do
  std::string mime_type;  ///< in lower case, without parameters
};
ServerAnswer server_answer(AVIOContext& io);

/// Throws what libav's `code` at `stage` means for `target`: Cancelled, or an Error.
[[noreturn]] void throw_av_failure(int code, const std::string& stage, const MediaTarget& target,
                                   const Interrupt& interrupt);

}  // namespace astream::av
