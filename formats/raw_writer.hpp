// Writes the bare samples of all windows one behind the other, interleaved, little-endian: float32 or integers.
//
// Bytes without a header can't tell where a format changes, so all streams of a run must have the rate and channels of
// the first: else Error(output) out of stream_start. Streams that run side by side would be mixed up: while one is open
// others are refused, with Error(usage). The sink is borrowed and not closed. Throws what the sink throws.
#pragma once

#include <optional>

#include "formats/byte_sink.hpp"
#include "formats/flush_policy.hpp"
#include "formats/sample_bytes.hpp"
#include "stream/receiver.hpp"

namespace astream {

class RawWriter : public Receiver {
 public:
  RawWriter(ByteSink& sink, SampleEncoding encoding) : sink_(sink), bytes_(encoding) {}

  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  ByteSink& sink_;
  AudioFormat format_;           ///< of the first stream
  std::optional<int64_t> open_;  ///< the stream that is being written
  FlushPolicy flush_policy_;
  SampleBytes bytes_;
};

}  // namespace astream
