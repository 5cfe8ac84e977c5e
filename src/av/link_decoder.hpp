// The decoder of a track that may be a chain: each link of a chained Ogg stream has headers, delay and padding of its
// own, and is decoded as if it stood alone, by a decoder of its own; the one before is drained first. Inside src/av
// only.
//
// libav (5.1) tells of a link of Vorbis by handing on its headers among the packets, of one of Opus by the samples to
// skip at its beginning; its own decoders go on over the joint, which makes up samples of what stands on both sides.
#pragma once

#include <memory>

#include "av/codec_header.hpp"
#include "av/decoder.hpp"

namespace astream::av {

/// Whether the packet, not the first of an Ogg stream, belongs to another link than the one before it.
bool begins_link(AVCodecID codec, const AVPacket& packet);

class LinkDecoder {
 public:
  /// As Decoder. `may_chain`: the packets come out of Ogg.
  LinkDecoder(const AVCodecParameters& parameters, AVRational tick, bool may_chain);

  /// As Decoder.
  void send(const AVPacket* packet);
  bool receive(AVFrame& frame);
  void flush();
  int64_t corrupt_packets() const;
  int64_t sent_packets() const { return sent_packets_; }
  const AVCodecContext& context() const { return decoder_->context(); }

  /// Whether a link ended before what receive() gave last.
  bool has_changed_link() const { return has_changed_link_; }

 private:
  bool take_header(const AVPacket& packet);
  void decode(const AVPacket* packet);
  void begin_link();

  UniqueCodecParameters parameters_{avcodec_parameters_alloc()};  ///< of the current link
  AVRational tick_;
  bool may_chain_;
  std::unique_ptr<Decoder> decoder_;
  LinkHeaders headers_;
  UniquePacket first_packet_;    ///< of the next link, until the one before is drained
  bool is_link_due_ = false;     ///< its headers came
  bool is_link_unread_ = false;  ///< its header is damaged: its packets are
  bool has_changed_link_ = false;
  int64_t sent_packets_ = 0;
  int64_t corrupt_packets_ = 0;  ///< of the links before, and of those that can't be read
};

}  // namespace astream::av
