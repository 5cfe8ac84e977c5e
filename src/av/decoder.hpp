// Packets to frames of one track: drained at the end, damaged packets skipped and counted. Inside src/av only.
#pragma once

#include <cstdint>

#include "av/handles.hpp"

namespace astream::av {

class Decoder {
 public:
  /// Opens the decoder for a track with these parameters and time base. Throws Error(decode).
  Decoder(const AVCodecParameters& parameters, AVRational tick);

  /// Takes a packet, or the end (nullptr); then receive() until false.
  void send(const AVPacket* packet);
  /// The next decoded frame with at least one sample; false when another packet is wanted (or, after the end, when all
  /// is out).
  bool receive(AVFrame& frame);
  /// Forgets its state, for a seek.
  void flush();

  int64_t corrupt_packets() const { return corrupt_packets_; }
  int64_t sent_packets() const { return sent_packets_; }
  const AVCodecContext& context() const { return *context_; }

 private:
  UniqueCodec context_;
  int64_t corrupt_packets_ = 0;
  int64_t sent_packets_ = 0;
  bool is_counted_ = false;  ///< the packet being decoded was already counted as damaged
};

}  // namespace astream::av
