#include "av/raw_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <vector>

#include "av/av_error.hpp"
#include "av/decoder.hpp"
#include "av/sample_convert.hpp"
#include "base/error.hpp"

namespace astream::av {

namespace {

constexpr size_t kReadBytes = 64 * 1024;

constexpr std::array<std::string_view, 20> kRawFormats = {"s8",    "u8",    "s16le", "s16be", "u16le", "u16be", "s24le",
                                                          "s24be", "u24le", "u24be", "s32le", "s32be", "u32le", "u32be",
                                                          "f32le", "f32be", "f64le", "f64be", "alaw",  "mulaw"};

AVCodecID codec_id(std::string_view format) {
  const auto name = raw_codec_name(format);
  const AVCodecDescriptor* descriptor = name ? avcodec_descriptor_get_by_name(name->c_str()) : nullptr;
  if (descriptor == nullptr) {
    throw Error(ErrorKind::usage, "'" + std::string(format) + "' is no raw sample format", {},
                "one of s8 u8 s16le s16be s24le s24be s32le s32be f32le f32be f64le f64be alaw mulaw");
  }
  return descriptor->id;
}

Decoder make_decoder(AVCodecID id, AudioFormat audio) {
  const UniqueCodecParameters parameters(avcodec_parameters_alloc());
  if (!parameters) throw std::bad_alloc();
  parameters->codec_type = AVMEDIA_TYPE_AUDIO;
  parameters->codec_id = id;
  parameters->sample_rate = audio.rate_hz;
  parameters->ch_layout.order = AV_CHANNEL_ORDER_UNSPEC;
  parameters->ch_layout.nb_channels = audio.channels;
  return {*parameters, {1, audio.rate_hz}};
}

}  // namespace

std::optional<std::string> raw_codec_name(std::string_view format) {
  if (std::find(kRawFormats.begin(), kRawFormats.end(), format) == kRawFormats.end()) return std::nullopt;
  return "pcm_" + std::string(format);
}

struct RawReader::State {
  State(std::shared_ptr<ByteInput> input, AVCodecID codec, AudioFormat audio)
      : bytes(std::move(input)),
        id(codec),
        sample_bytes(static_cast<size_t>(av_get_exact_bits_per_sample(codec)) / 8 *
                     static_cast<size_t>(audio.channels)),
        decoder(make_decoder(codec, audio)) {
    if (!packet || !frame) throw std::bad_alloc();
  }

  std::shared_ptr<ByteInput> bytes;
  AVCodecID id;
  size_t sample_bytes;
  Decoder decoder;
  std::vector<std::byte> buffer = std::vector<std::byte>(kReadBytes);
  size_t held_bytes = 0;  ///< of a sample that has come in part
  UniquePacket packet{av_packet_alloc()};
  UniqueFrame frame{av_frame_alloc()};
  std::vector<float> floats;
};

RawReader::RawReader(std::shared_ptr<ByteInput> bytes, std::string_view format, AudioFormat audio) {
  state_ = std::make_unique<State>(std::move(bytes), codec_id(format), audio);
}
RawReader::~RawReader() = default;

std::span<const float> RawReader::read() {
  State& s = *state_;
  while (s.held_bytes < s.sample_bytes) {
    const size_t got = s.bytes->read(std::span(s.buffer).subspan(s.held_bytes));
    if (got == 0) return {};
    s.held_bytes += got;
  }
  const size_t whole_bytes = s.held_bytes / s.sample_bytes * s.sample_bytes;
  av_packet_unref(s.packet.get());
  const int code = av_new_packet(s.packet.get(), static_cast<int>(whole_bytes));
  if (code < 0) throw std::bad_alloc();
  std::memcpy(s.packet->data, s.buffer.data(), whole_bytes);
  std::memmove(s.buffer.data(), s.buffer.data() + whole_bytes, s.held_bytes - whole_bytes);
  s.held_bytes -= whole_bytes;
  s.decoder.send(s.packet.get());
  s.floats.clear();
  while (s.decoder.receive(*s.frame)) append_as_float(*s.frame, s.floats);
  return s.floats;
}

bool RawReader::seek(int64_t sample) {
  if (!state_->bytes->size_bytes()) return false;
  state_->bytes->seek(sample * static_cast<int64_t>(state_->sample_bytes));
  state_->held_bytes = 0;
  return true;
}

size_t RawReader::bytes_left_over() const {
  return state_->held_bytes;
}
int RawReader::bits() const {
  return av_get_exact_bits_per_sample(state_->id);
}

}  // namespace astream::av
