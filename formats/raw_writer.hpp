// Writes the bare samples of all windows one behind the other, interleaved, little-endian: float32 or integers.
//
// Bytes without a header can't tell where a format changes, so all streams of a run must have the rate and channels of
// the first: else Error(output) out of stream_start. Streams that run side by side would be mixed up: while one is open
// others are refused, with Error(usage), unless they are meant to be mixed. The sink is borrowed and not closed. Throws
// what the sink throws.
#pragma once

#include <set>

#include "formats/byte_sink.hpp"
#include "formats/flush_policy.hpp"
#include "formats/sample_bytes.hpp"
#include "stream/receiver.hpp"

namespace astream {

class RawWriter : public Receiver {
 public:
  RawWriter(ByteSink& sink, SampleEncoding encoding, bool is_mixed = false)
      : sink_(sink), is_mixed_(is_mixed), bytes_(encoding) {}

  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  ByteSink& sink_;
  bool is_mixed_;
  AudioFormat format_;      ///< of the first stream
  std::set<int64_t> open_;  ///< the streams that are being written
  FlushPolicy flush_policy_;
  SampleBytes bytes_;
};

}  // namespace astream
