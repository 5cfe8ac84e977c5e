// Writes the samples of all windows as one WAV of float32 samples.
//
// Into a pipe in the streamable form (length unknown), into a file with exact sizes, which set_end fills in. All
// streams must have the rate and channels of the first, as in raw_writer.hpp. The sink is borrowed and not closed.
#pragma once

#include <cstddef>

#include "formats/byte_sink.hpp"
#include "formats/raw_writer.hpp"
#include "formats/wav_header.hpp"
#include "stream/receiver.hpp"

namespace astream {

class WavWriter : public Receiver {
 public:
  explicit WavWriter(ByteSink& sink) : sink_(sink), raw_(sink, SampleEncoding::f32le) {}

  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override { return raw_.window(window); }
  void stream_end(const StreamEnd& event) override { raw_.stream_end(event); }
  void set_end(const SetEnd& event) override;

 private:
  ByteSink& sink_;
  RawWriter raw_;
  WavHeaderOptions header_;
  size_t header_at_ = 0;
  size_t data_at_ = 0;  ///< 0: no header yet
};

}  // namespace astream
