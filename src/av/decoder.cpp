#include "av/decoder.hpp"

#include <new>

#include "av/av_error.hpp"

namespace astream::av {

Decoder::Decoder(const AVCodecParameters& parameters, AVRational tick) {
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Error(ErrorKind::decode, std::string("no decoder for the codec ") + avcodec_get_name(parameters.codec_id));
  }
  context_.reset(avcodec_alloc_context3(codec));
  if (!context_) throw std::bad_alloc();
  int code = avcodec_parameters_to_context(context_.get(), &parameters);
  if (code < 0) throw make_av_error(code, "open the decoder", false);
  context_->pkt_timebase = tick;
  context_->thread_count = 1;  // audio decoders don't thread; parallel work is done over chunks of packets
  code = avcodec_open2(context_.get(), codec, nullptr);
  if (code < 0) throw make_av_error(code, "open the decoder", false);
}

void Decoder::send(const AVPacket* packet) {
  is_counted_ = false;
  if (packet != nullptr) ++sent_packets_;
  const int code = avcodec_send_packet(context_.get(), packet);
  if (code == AVERROR(ENOMEM)) throw make_av_error(code, "decode", false);
  if (code < 0 && code != AVERROR_EOF) {
    ++corrupt_packets_;
    is_counted_ = true;
  }
}

bool Decoder::receive(AVFrame& frame) {
  while (true) {
    const int code = avcodec_receive_frame(context_.get(), &frame);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
    if (code == AVERROR(ENOMEM)) throw make_av_error(code, "decode", false);
    if (code < 0) {
      if (!is_counted_) ++corrupt_packets_;
      is_counted_ = true;
      return false;
    }
    if (frame.nb_samples > 0 && frame.ch_layout.nb_channels > 0 && frame.sample_rate > 0) return true;
  }
}

void Decoder::flush() {
  avcodec_flush_buffers(context_.get());
}

}  // namespace astream::av
