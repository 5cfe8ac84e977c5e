// Owners of libav objects: unique_ptr from birth, one deleter a type. The only header with libav version differences.
//
// Inside src/av only. Minimum: FFmpeg 5.1 (libavutil 57.28, AVChannelLayout).
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libavutil/intreadwrite.h>
}

#include <memory>
#include <string>

namespace astream::av {

struct FormatDeleter {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct OutputFormatDeleter {  // the bytes' context belongs to somebody else
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
struct CodecParametersDeleter {
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
};
struct CodecDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct ParserDeleter {
  void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct IoDeleter {  // for contexts of avio_open2
  void operator()(AVIOContext* context) const { avio_closep(&context); }
};

using UniqueFormat = std::unique_ptr<AVFormatContext, FormatDeleter>;
using UniqueOutputFormat = std::unique_ptr<AVFormatContext, OutputFormatDeleter>;
using UniqueCodecParameters = std::unique_ptr<AVCodecParameters, CodecParametersDeleter>;
using UniqueCodec = std::unique_ptr<AVCodecContext, CodecDeleter>;
using UniqueParser = std::unique_ptr<AVCodecParserContext, ParserDeleter>;
using UniquePacket = std::unique_ptr<AVPacket, PacketDeleter>;
using UniqueFrame = std::unique_ptr<AVFrame, FrameDeleter>;
using UniqueIo = std::unique_ptr<AVIOContext, IoDeleter>;

/// An option dictionary that frees itself.
class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&dictionary_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const std::string& key, const std::string& value) {
    av_dict_set(&dictionary_, key.c_str(), value.c_str(), 0);
  }
  AVDictionary** address() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

/// What an input of unknown size answers to AVSEEK_SIZE. Not an error: mp3dec.c (5.1) takes the error for a huge size
/// and throws the LAME tag's frame count away, so that the encoder's padding would stay.
inline constexpr int64_t kUnknownSize_bytes = 0;

/// Bytes of side data of `type` in a packet, or nullptr; the function's size type changed over versions.
inline const uint8_t* packet_side_data(const AVPacket* packet, AVPacketSideDataType type) {
  size_t size = 0;
  return av_packet_get_side_data(packet, type, &size);
}

}  // namespace astream::av
