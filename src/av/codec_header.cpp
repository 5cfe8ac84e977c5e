#include "av/codec_header.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace astream::av {

namespace {

unsigned byte_at(std::string_view bytes, size_t place) {
  return static_cast<unsigned char>(bytes[place]);
}

/// A length as Xiph writes it before headers: bytes of 255 and one below.
std::string laced(size_t length) {
  return std::string(length / 0xFF, '\xFF') + static_cast<char>(length % 0xFF);
}

}  // namespace

/// Vorbis: three headers with their lengths in front, as Xiph lays them: 2, n1, n2, data.
std::string decisive_header(const AVCodecParameters& parameters) {
  std::string header;
  if (parameters.extradata_size <= 0) return header;
  header.assign(reinterpret_cast<const char*>(parameters.extradata), static_cast<size_t>(parameters.extradata_size));
  if (parameters.codec_id != AV_CODEC_ID_VORBIS || header.front() != 2) return header;
  size_t at = 1;
  size_t lengths[2] = {0, 0};
  for (size_t& length : lengths) {
    while (at < header.size() && byte_at(header, at) == 0xFF) length += byte_at(header, at++);
    if (at < header.size()) length += byte_at(header, at++);
  }
  const size_t comments = at + lengths[0];
  if (comments + lengths[1] > header.size()) return header;
  return header.substr(at, lengths[0]) + header.substr(comments + lengths[1]);
}

/// Vorbis I, 4.2: types 1, 3 and 5, "vorbis"; in the first, channels and rate behind the version.
bool LinkHeaders::take_vorbis(std::string_view bytes) {
  constexpr size_t kChannels = 11;
  constexpr size_t kIdentification_bytes = 30;
  const char type = bytes.front();
  if ((type != 1 && type != 3 && type != 5) || bytes.substr(1, 6) != "vorbis") return false;
  vorbis_.at(static_cast<size_t>(type / 2)) = bytes;
  const auto& [first, comments, setup] = vorbis_;
  if (type != 5 || first.size() < kIdentification_bytes || comments.empty()) return true;
  channels_ = static_cast<int>(byte_at(first, kChannels));
  rate_hz_ = static_cast<int>(AV_RL32(first.data() + kChannels + 1));
  header_ = '\x02' + laced(first.size()) + laced(comments.size()) + first + comments + setup;
  return true;
}

/// RFC 7845, 5.
bool LinkHeaders::take_opus(std::string_view bytes) {
  constexpr int kRate_hz = 48000;
  constexpr size_t kChannels = 9;
  constexpr size_t kHead_bytes = 19;
  if (bytes.starts_with("OpusTags")) return true;
  if (!bytes.starts_with("OpusHead") || bytes.size() < kHead_bytes) return false;
  channels_ = static_cast<int>(byte_at(bytes, kChannels));
  rate_hz_ = kRate_hz;
  header_ = bytes;
  return true;
}

/// RFC 9639, 10.1: behind 13 bytes of its own and the block's head of 4 the stream's information; other blocks follow.
/// Frames begin with 1s.
bool LinkHeaders::take_flac(std::string_view bytes) {
  constexpr std::string_view kMark = "\177FLAC";
  constexpr size_t kInfo = 17;
  constexpr size_t kInfo_bytes = 34;
  if (byte_at(bytes, 0) == 0xFF) return false;
  if (!bytes.starts_with(kMark) || bytes.size() < kInfo + kInfo_bytes) return true;
  header_ = bytes.substr(kInfo, kInfo_bytes);
  const unsigned format = AV_RB32(header_.data() + 10);  // 20 bits of rate, 3 of channels less one
  rate_hz_ = static_cast<int>(format >> 12);
  channels_ = static_cast<int>((format >> 9) & 7) + 1;
  return true;
}

bool LinkHeaders::take(AVCodecID codec, const AVPacket& packet) {
  if (packet.size <= 0) return false;
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data), static_cast<size_t>(packet.size));
  if (codec == AV_CODEC_ID_VORBIS) return take_vorbis(bytes);
  if (codec == AV_CODEC_ID_OPUS) return take_opus(bytes);
  if (codec == AV_CODEC_ID_FLAC) return take_flac(bytes);
  return false;
}

bool LinkHeaders::put_into(AVCodecParameters& parameters) {
  const std::string header = std::exchange(header_, {});
  if (header.empty() || rate_hz_ <= 0 || channels_ <= 0) return false;
  av_freep(&parameters.extradata);
  parameters.extradata_size = 0;
  parameters.extradata = static_cast<uint8_t*>(av_mallocz(header.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) throw std::bad_alloc();
  parameters.extradata_size = static_cast<int>(header.size());
  std::copy(header.begin(), header.end(), parameters.extradata);
  parameters.sample_rate = rate_hz_;
  if (parameters.ch_layout.nb_channels != channels_) {
    av_channel_layout_uninit(&parameters.ch_layout);
    av_channel_layout_default(&parameters.ch_layout, channels_);
  }
  return true;
}

}  // namespace astream::av
