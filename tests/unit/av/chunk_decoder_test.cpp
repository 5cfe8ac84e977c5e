#include "av/chunk_decoder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "av/sample_convert.hpp"

using namespace astream;
using namespace astream::av;

namespace {

MediaTarget fixture(const std::string& name) {
  const char* folder = std::getenv("ASTREAM_FIXTURES");
  REQUIRE_MESSAGE(folder != nullptr, "ASTREAM_FIXTURES names the folder that scripts/make_fixtures.py wrote");
  MediaTarget target;
  target.url = std::string("file:") + folder + "/" + name;
  target.protocols = "file";
  return target;
}

std::vector<float> decode_in_sequence(const std::string& name) {
  Demuxer demuxer(fixture(name));
  LinkDecoder decoder(*demuxer.stream().codecpar, demuxer.stream().time_base, demuxer.container() == "ogg");
  const UniquePacket packet(av_packet_alloc());
  const UniqueFrame frame(av_frame_alloc());
  std::vector<float> samples;
  for (bool is_more = true; is_more;) {
    av_packet_unref(packet.get());
    is_more = demuxer.next(*packet);
    decoder.send(is_more ? packet.get() : nullptr);
    while (decoder.receive(*frame)) append_as_float(*frame, samples);
  }
  return samples;
}

struct Chunked {
  std::vector<float> samples;
  int64_t corrupt_packets = 0;
};

Chunked decode_in_chunks(const std::string& name, int threads) {
  Demuxer demuxer(fixture(name));
  WorkerPool pool(threads);
  const auto pre_roll = chunk_pre_roll(demuxer.stream().codecpar->codec_id);
  REQUIRE(pre_roll);
  ChunkDecoder chunks(demuxer, pool, threads, *pre_roll, {});
  Chunked result;
  while (const auto run = chunks.next()) {
    CHECK(run->samples.size() % static_cast<size_t>(run->format.channels) == 0);
    result.samples.insert(result.samples.end(), run->samples.begin(), run->samples.end());
  }
  result.corrupt_packets = chunks.corrupt_packets();
  return result;
}

}  // namespace

TEST_CASE("chunk_decoder: the same bytes as one decoder, for every proven codec and any number of threads") {
  for (const char* name : {"s16.flac", "s24.flac", "surround.flac", "long.flac", "cbr.mp3", "vbr.mp3", "mono_22k.mp3",
                           "noxing.mp3", "vorbis.ogg", "vorbis_mono_16k.ogg", "opus.opus", "opus_mono_short.opus",
                           "opus.webm", "vorbis.mka", "flac.mka", "mp3.mka", "flac.ogg", "video.avi"}) {
    CAPTURE(name);
    const std::vector<float> wanted = decode_in_sequence(name);
    REQUIRE(!wanted.empty());
    for (const int threads : {1, 2, 3}) {
      CAPTURE(threads);
      const Chunked got = decode_in_chunks(name, threads);
      CHECK((got.samples == wanted));
      CHECK(got.corrupt_packets == 0);
    }
  }
}

TEST_CASE("chunk_decoder: behind the first link of a chained file one decoder goes on") {
  for (const char* name : {"chained_same.ogg", "chained_rates.ogg"}) {
    CAPTURE(name);
    CHECK((decode_in_chunks(name, 2).samples == decode_in_sequence(name)));
  }
}

TEST_CASE("chunk_decoder: it may be left at any point") {
  Demuxer demuxer(fixture("long.flac"));
  WorkerPool pool(2);
  ChunkDecoder chunks(demuxer, pool, 2, *chunk_pre_roll(AV_CODEC_ID_FLAC), {});
  CHECK(chunks.next());
}

TEST_CASE("chunk_decoder: codecs whose state can't be rebuilt are not in the table") {
  CHECK(!chunk_pre_roll(AV_CODEC_ID_AAC));
  CHECK(!chunk_pre_roll(AV_CODEC_ID_WMAV2));
  CHECK(!chunk_pre_roll(AV_CODEC_ID_AC3));
}
