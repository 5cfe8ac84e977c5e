// Runs inputs as coded packets into a receiver: the counterpart of the Generator for what is not decoded. The receiver
// gets the same grammar, with packets in place of windows.
//
// Stored inputs come one after the other. A live one gets a capture thread of its own, beside all that follow it but
// for the rest of the playlist that named it; one thread at a time is in the receiver. Cancellation by the token in the
// options.
#pragma once

#include <optional>

#include "av/packet_reader.hpp"
#include "base/units.hpp"
#include "source/resolver.hpp"
#include "stream/generator.hpp"
#include "stream/receiver.hpp"

namespace astream {

class PacketReceiver {
 public:
  virtual ~PacketReceiver() = default;
  virtual void set_start(const SetStart&) {}

  // An Error of these ends the stream alone, with stream_error; behind one of stream_end() that is called again.

  /// `reader` lives for this call.
  virtual void stream_start(const StreamStart& event, const av::PacketReader& reader) = 0;
  /// `place` tells where the reader's current packet stands: sample, valid_samples, and what is missing before it; it
  /// has no samples. `is_new_stream`: it can't follow the last packet in one file.
  virtual void packet(const Window& place, const av::PacketReader& reader, bool is_new_stream) = 0;
  virtual void stream_end(const StreamEnd&) {}

  virtual void stream_info(const StreamInfo&) {}
  virtual void stream_error(const StreamError&) {}
  virtual void set_end(const SetEnd&) {}
};

struct PacketRunOptions {
  OpenOptions open;
  OnError on_error = OnError::skip;
  std::optional<TimeSpec> duration;  ///< of each input, up to the packet that reaches it
};

/// Runs all of `inputs`. Rethrows what the receiver threw, but for what ends a stream alone, after stream_end and
/// set_end were told.
RunSummary run_packets(Resolver inputs, const PacketRunOptions& options, PacketReceiver& receiver);

}  // namespace astream
