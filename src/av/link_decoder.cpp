#include "av/link_decoder.hpp"

#include <new>
#include <utility>

#include "base/error.hpp"

namespace astream::av {

namespace {

/// The encoder's delay, which stands with the first packet of a link.
bool skips_beginning(const AVPacket& packet) {
  size_t size = 0;
  const uint8_t* skip = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  return skip != nullptr && size >= sizeof(uint32_t) && AV_RL32(skip) > 0;
}

/// Vorbis I, 4.2.1: the first byte of headers is odd.
bool is_vorbis_header(const AVPacket& packet) {
  return packet.size > 0 && (packet.data[0] & 1) != 0;
}

}  // namespace

bool begins_link(AVCodecID codec, const AVPacket& packet) {
  if (codec == AV_CODEC_ID_VORBIS) return is_vorbis_header(packet);
  return codec == AV_CODEC_ID_OPUS && skips_beginning(packet);
}

LinkDecoder::LinkDecoder(const AVCodecParameters& parameters, AVRational tick, bool may_chain)
    : tick_(tick),
      may_chain_(may_chain && (parameters.codec_id == AV_CODEC_ID_VORBIS || parameters.codec_id == AV_CODEC_ID_OPUS)),
      decoder_(std::make_unique<Decoder>(parameters, tick)) {
  if (!parameters_ || avcodec_parameters_copy(parameters_.get(), &parameters) < 0) throw std::bad_alloc();
}

bool LinkDecoder::take_header(const AVPacket& packet) {
  if (!headers_.take(parameters_->codec_id, packet)) return false;
  is_link_due_ = true;
  return true;
}

void LinkDecoder::send(const AVPacket* packet) {
  if (packet != nullptr && may_chain_) {
    if (take_header(*packet)) return;
    is_link_due_ |= sent_packets_ > 0 && parameters_->codec_id == AV_CODEC_ID_OPUS && skips_beginning(*packet);
    if (std::exchange(is_link_due_, false)) {
      first_packet_.reset(av_packet_clone(packet));
      if (!first_packet_) throw std::bad_alloc();
      decoder_->send(nullptr);
      return;
    }
  }
  decode(packet);
}

void LinkDecoder::decode(const AVPacket* packet) {
  if (packet != nullptr) ++sent_packets_;
  if (is_link_unread_) {
    corrupt_packets_ += packet != nullptr ? 1 : 0;
    return;
  }
  decoder_->send(packet);
}

/// With the header that came, or, of Opus, as before.
void LinkDecoder::begin_link() {
  has_changed_link_ = true;
  headers_.put_into(*parameters_);
  corrupt_packets_ += decoder_->corrupt_packets();
  is_link_unread_ = false;
  try {
    decoder_ = std::make_unique<Decoder>(*parameters_, tick_);
  } catch (const Error&) {
    corrupt_packets_ -= decoder_->corrupt_packets();
    is_link_unread_ = true;
  }
}

bool LinkDecoder::receive(AVFrame& frame) {
  while (true) {
    if (decoder_->receive(frame)) return true;
    if (!first_packet_) return false;
    begin_link();
    decode(std::exchange(first_packet_, nullptr).get());
  }
}

void LinkDecoder::flush() {
  decoder_->flush();
  first_packet_.reset();
  is_link_due_ = false;
}

int64_t LinkDecoder::corrupt_packets() const {
  return corrupt_packets_ + decoder_->corrupt_packets();
}

}  // namespace astream::av
