#include "av/codec_header.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

using namespace astream::av;

namespace {

UniquePacket packet_of(std::string_view bytes) {
  UniquePacket packet(av_packet_alloc());
  REQUIRE(av_new_packet(packet.get(), static_cast<int>(bytes.size())) == 0);
  std::copy(bytes.begin(), bytes.end(), packet->data);
  return packet;
}

UniqueCodecParameters parameters_of(AVCodecID codec) {
  UniqueCodecParameters parameters(avcodec_parameters_alloc());
  parameters->codec_id = codec;
  return parameters;
}

std::string vorbis_identification(int rate_hz) {
  std::string header("\x01vorbis\0\0\0\0\x02", 12);
  for (int shift = 0; shift < 32; shift += 8) header += static_cast<char>(rate_hz >> shift);
  return header + std::string(14, '\x01');
}

}  // namespace

TEST_CASE("link_headers: what is decisive of three Vorbis headers is all but the comments") {
  std::string decisive[3];
  for (int link = 0; link < 3; ++link) {
    LinkHeaders headers;
    const auto parameters = parameters_of(AV_CODEC_ID_VORBIS);
    CHECK(headers.take(AV_CODEC_ID_VORBIS, *packet_of(vorbis_identification(link == 2 ? 48000 : 44100))));
    CHECK_FALSE(headers.put_into(*parameters));
    CHECK(
        headers.take(AV_CODEC_ID_VORBIS, *packet_of("\x03vorbis" + std::string(static_cast<size_t>(300 * link), 'x'))));
    CHECK(headers.take(AV_CODEC_ID_VORBIS, *packet_of("\x05vorbis setup")));
    CHECK_FALSE(headers.take(AV_CODEC_ID_VORBIS, *packet_of(std::string_view("\x02 sound", 7))));
    REQUIRE(headers.put_into(*parameters));
    CHECK_FALSE(headers.put_into(*parameters));
    CHECK(parameters->sample_rate == (link == 2 ? 48000 : 44100));
    CHECK(parameters->ch_layout.nb_channels == 2);
    decisive[link] = decisive_header(*parameters);
  }
  CHECK(decisive[0].ends_with("\x05vorbis setup"));
  CHECK(decisive[0] == decisive[1]);
  CHECK(decisive[0] != decisive[2]);
}

TEST_CASE("link_headers: Opus and FLAC") {
  LinkHeaders headers;
  const auto opus = parameters_of(AV_CODEC_ID_OPUS);
  const std::string head("OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0", 19);
  CHECK(headers.take(AV_CODEC_ID_OPUS, *packet_of(head)));
  CHECK(headers.take(AV_CODEC_ID_OPUS, *packet_of("OpusTags....")));
  CHECK_FALSE(headers.take(AV_CODEC_ID_OPUS, *packet_of("\xFC sound")));
  REQUIRE(headers.put_into(*opus));
  CHECK(decisive_header(*opus) == head);
  CHECK(opus->sample_rate == 48000);

  const auto flac = parameters_of(AV_CODEC_ID_FLAC);
  const std::string info = std::string(10, '\0') + std::string("\x0A\xC4\x42\xF0", 4) + std::string(20, '\0');
  CHECK(headers.take(AV_CODEC_ID_FLAC, *packet_of(std::string("\x7F"
                                                              "FLAC\x01\0\0\x01"
                                                              "fLaC\0\0\0\x22",
                                                              17) +
                                                  info)));
  CHECK(headers.take(AV_CODEC_ID_FLAC, *packet_of(std::string("\x84\0\0\x04tags", 8))));
  CHECK_FALSE(headers.take(AV_CODEC_ID_FLAC, *packet_of("\xFF\xF8 sound")));
  REQUIRE(headers.put_into(*flac));
  CHECK(decisive_header(*flac) == info);
  CHECK(flac->sample_rate == 44100);
  CHECK(flac->ch_layout.nb_channels == 2);
}
