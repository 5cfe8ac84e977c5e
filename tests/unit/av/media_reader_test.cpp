#include "av/media_reader.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/av_reading.hpp"
#include "support/temp_dir.hpp"

using namespace astream;
using namespace astream::av;
using namespace astream::test;

namespace {

Error failure_of(const MediaTarget& target) {
  try {
    MediaReader reader(target);
    read_all(reader);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::internal, "nothing was thrown"};
}

std::string ramp_wav(int64_t samples, int channels = 1, int rate_hz = 8000) {
  return wav_file(s16_body(s16_ramp(samples, channels)), rate_hz, channels, 16);
}

}  // namespace

TEST_CASE("media_reader: what a wav is, and its samples") {
  const auto bytes = ramp_wav(5000, 2, 22050);
  const TempDir dir;
  for (const bool is_file : {true, false}) {
    CAPTURE(is_file);
    MediaReader reader(is_file ? file_target(dir.write("a b%20c.wav", bytes)) : bytes_target(bytes));
    const MediaInfo& info = reader.info();
    CHECK(info.format == AudioFormat{22050, 2});
    CHECK(info.container == "wav");
    CHECK(info.codec == "pcm_s16le");
    CHECK(info.layout == "stereo");
    CHECK(info.bits == 16);
    CHECK(info.is_seekable);
    CHECK(info.audio_tracks == 1);
    CHECK(*info.duration_s == doctest::Approx(5000 / 22050.0));
    CHECK(reader.has_fast_seek());
    CHECK_FALSE(reader.end_sample());
    CHECK(read_all(reader) == s16_floats(s16_ramp(5000, 2)));
    CHECK(*reader.end_sample() == 5000);
    CHECK(reader.read().kind == BlockKind::end);
    CHECK(reader.corrupt_packets() == 0);
  }
}

TEST_CASE("media_reader: the same samples however the bytes come") {
  const auto bytes = ramp_wav(3000);
  for (const bool is_seekable : {true, false}) {
    for (const size_t most : {size_t{1}, size_t{13}, size_t{4096}}) {
      CAPTURE(is_seekable);
      CAPTURE(most);
      MediaReader reader(bytes_target(bytes, is_seekable, most));
      CHECK(read_all(reader) == s16_floats(s16_ramp(3000)));
    }
  }
}

TEST_CASE("media_reader: PCM of other widths") {
  SUBCASE("u8") {
    MediaReader reader(bytes_target(wav_file(std::string("\x00\x80\xC0\xFF", 4), 8000, 1, 8)));
    CHECK(read_all(reader) == std::vector<float>{-1.0F, 0.0F, 0.5F, 127 / 128.0F});
  }
  SUBCASE("s24") {
    MediaReader reader(bytes_target(wav_file(std::string("\x00\x00\x40\x00\x00\x80\x01\x00\x00", 9), 8000, 1, 24)));
    CHECK(read_all(reader) == std::vector<float>{0.5F, -1.0F, 1.0F / (1 << 23)});
    CHECK(reader.info().bits == 24);
  }
  SUBCASE("float, beyond full scale") {
    const std::vector<float> samples{0.25F, -1.5F, 3e30F};
    std::string body(samples.size() * 4, '\0');
    std::memcpy(body.data(), samples.data(), body.size());
    MediaReader reader(bytes_target(wav_file(body, 8000, 1, 32, 3)));
    CHECK(read_all(reader) == samples);
  }
}

TEST_CASE("media_reader: a wav without samples") {
  MediaReader reader(bytes_target(ramp_wav(0)));
  CHECK(reader.info().format == AudioFormat{8000, 1});
  CHECK(read_all(reader).empty());
  CHECK(reader.end_sample() == 0);
}

TEST_CASE("media_reader: a file that ends before its header says is an Error behind what is there") {
  const std::string body = s16_body(s16_ramp(4000));
  // One that is longer than its header says is read as far as the header says.
  MediaReader longer(bytes_target(wav_file(body, 8000, 1, 16, 1, 4000)));
  CHECK(read_all(longer) == s16_floats(s16_ramp(2000)));
  for (const int64_t claimed : {16000, 8002, 100'000'000}) {
    CAPTURE(claimed);
    MediaReader reader(bytes_target(wav_file(body, 8000, 1, 16, 1, claimed)));
    std::vector<float> got;
    try {
      read_into(reader, got);
      FAIL_CHECK("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::decode);
      CHECK(error.message().find("cut short") != std::string::npos);
    }
    CHECK(got == s16_floats(s16_ramp(4000)));
  }
}

TEST_CASE("media_reader: chunks behind and before the sound of a wav don't matter to its length") {
  std::string bytes = ramp_wav(4000);
  bytes.insert(36, std::string("LIST\x0a\x00\x00\x00INFOxxxxxx", 18));
  bytes += std::string("LIST\x04\x00\x00\x00INFO", 12);
  for (const bool is_seekable : {true, false}) {
    MediaReader reader(bytes_target(bytes, is_seekable));
    CHECK(read_all(reader) == s16_floats(s16_ramp(4000)));
  }
}

TEST_CASE("media_reader: streamed wav headers promise nothing") {
  const std::string body = s16_body(s16_ramp(4000));
  for (const int64_t claimed : {0xFFFFFFFFLL, 0xFFFFFFFFLL - 36, 0x7FFFFFFFLL, 0x7FFFF000LL, 0LL}) {
    CAPTURE(claimed);
    for (const bool is_seekable : {true, false}) {
      CAPTURE(is_seekable);
      MediaReader reader(bytes_target(wav_file(body, 8000, 1, 16, 1, claimed), is_seekable));
      CHECK(read_all(reader) == s16_floats(s16_ramp(4000)));
    }
  }
}

TEST_CASE("media_reader: raw samples by a forced format") {
  MediaTarget target = bytes_target(s16_body(s16_ramp(1000, 2)), false);
  target.format = "s16le";
  target.options = {{"sample_rate", "16000"}, {"ch_layout", "2c"}};
  MediaReader reader(target);
  CHECK(reader.info().format == AudioFormat{16000, 2});
  CHECK(read_all(reader) == s16_floats(s16_ramp(1000, 2)));
  target.format = "nosuch";
  CHECK(failure_of(target).kind() == ErrorKind::usage);
}

TEST_CASE("media_reader: seeking is exact, forward, backward, to the end and past it") {
  constexpr int64_t kTotal = 20'000;
  const auto bytes = ramp_wav(kTotal);
  const std::vector<float> whole = s16_floats(s16_ramp(kTotal));
  MediaReader reader(bytes_target(bytes));
  for (const int64_t position : {1, 0, 4095, 4096, 19'999, 7, 10'000, 13'999, 14'000, 0, 20'000, 5}) {
    CAPTURE(position);
    REQUIRE(reader.seek(position));
    CHECK(read_all(reader) == std::vector<float>(whole.begin() + position, whole.end()));
  }
  REQUIRE(reader.seek(25'000));
  CHECK(read_all(reader).empty());
  CHECK(reader.end_sample() == kTotal);
}

TEST_CASE("media_reader: input that can't be read twice can't be sought in, and reads on as if nothing was asked") {
  MediaReader reader(bytes_target(ramp_wav(9000), false));
  CHECK_FALSE(reader.has_fast_seek());
  CHECK_FALSE(reader.seek(8000));
  CHECK_FALSE(reader.seek(0));
  CHECK(read_all(reader) == s16_floats(s16_ramp(9000)));
}

TEST_CASE("media_reader: what the bytes throw comes out as it is, wherever") {
  const std::string bytes = ramp_wav(60'000);
  for (const size_t at : {size_t{0}, size_t{10}, size_t{44}, size_t{70'000}, size_t{100'000}, bytes.size()}) {
    CAPTURE(at);
    const auto run = [&](const std::exception_ptr& thrown) {
      const auto input = std::make_shared<MemoryInput>(bytes, false);
      input->fail_at(at, thrown);
      MediaTarget target;
      target.bytes = input;
      target.protocols = "file";
      MediaReader reader(target);
      read_all(reader);
    };
    CHECK_THROWS_AS(run(std::make_exception_ptr(Cancelled{})), Cancelled);
    try {
      run(std::make_exception_ptr(Error(ErrorKind::network, "nothing came for too long")));
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::network);
      CHECK(error.message() == "nothing came for too long");
    }
  }
}

TEST_CASE("media_reader: things that are no audio") {
  const TempDir dir;
  CHECK(failure_of(file_target(dir.file("none.wav"))).message() == "no such file");
  const Error text = failure_of(bytes_target(std::string(3000, 'x')));
  CHECK(text.kind() == ErrorKind::open);
  CHECK(text.message() == "not audio or video that FFmpeg knows");
  CHECK(failure_of(bytes_target("")).kind() == ErrorKind::open);
  CHECK(failure_of(bytes_target(ramp_wav(100).substr(0, 20))).kind() != ErrorKind::internal);
}

TEST_CASE("media_reader: only the protocols that are listed are opened") {
  const TempDir dir;
  MediaTarget target = file_target(dir.write("a.wav", ramp_wav(10)));
  target.protocols = "http,tcp";
  CHECK(failure_of(target).kind() == ErrorKind::open);
}

TEST_CASE("media_reader: a track that is not there") {
  MediaTarget target = bytes_target(ramp_wav(10));
  target.track = 2;
  const Error error = failure_of(target);
  CHECK(error.kind() == ErrorKind::usage);
  CHECK(error.message() == "it has 1 audio track, there is no track 2");
}

TEST_CASE("media_reader: a cancelled token stops it") {
  MediaTarget target = file_target("/dev/zero");
  target.format = "s16le";
  target.cancel.request();
  CHECK_THROWS_AS(MediaReader{target}, Cancelled);
}
