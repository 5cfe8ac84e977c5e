// A libav encoder fed with blocks of interleaved float32 of any size. Inside src/av only.
//
// Picks the sample format and, where the codec has a list, the nearest rate. Integers come out of floats rounded, so
// that what was decoded from as many bits is coded as it was. Used from one thread.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "av/handles.hpp"
#include "av/media_writer.hpp"

namespace astream::av {

class AudioEncoder {
 public:
  /// Throws Error(usage) for what the encoder can't take, with a hint.
  AudioEncoder(const MediaWriterOptions& options, bool has_global_header);

  /// Its rate may be another than the one asked for.
  const AVCodecContext& context() const { return *codec_; }

  /// Takes the packets; their times count in 1 / rate from sample 0 (less the encoder's delay).
  using PacketSink = std::function<void(AVPacket& packet)>;
  /// Samples of context().sample_rate.
  void encode(std::span<const float> samples, const PacketSink& sink);
  /// Drains the encoder; nothing may follow.
  void finish(const PacketSink& sink);

 private:
  void open(const MediaWriterOptions& options, bool has_global_header);
  void choose_layout(const MediaWriterOptions& options);
  void send_frame(std::span<const float> samples, const PacketSink& sink);
  void fill_frame(std::span<const float> samples);
  void receive(const PacketSink& sink);

  UniqueCodec codec_;
  UniqueFrame frame_{av_frame_alloc()};
  UniquePacket packet_{av_packet_alloc()};
  std::vector<float> pending_;  ///< less than a frame
  std::vector<int16_t> s16_;
  std::vector<int32_t> s32_;
  int64_t position_ = 0;  ///< of the next frame, in samples of the encoder's rate
};

}  // namespace astream::av
