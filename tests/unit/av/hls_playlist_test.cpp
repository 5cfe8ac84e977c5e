#include "av/hls_playlist.hpp"

#include <doctest/doctest.h>

using namespace astream::av;

namespace {

constexpr int64_t kNoon_us = 1'767'268'800'000'000;  // 2026-01-01T12:00:00Z
const std::string kUrl = "http://host/live/list.m3u8?token=1";

HlsPlaylist read(const std::string& lines) {
  return read_hls_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + lines, kUrl);
}

}  // namespace

TEST_CASE("segments have absolute URLs, and dates where the list gives them") {
  const HlsPlaylist list = read(
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T12:00:00.250Z\r\n#EXTINF:2.0,title\r\na.ts\r\n"
      "#EXTINF:2,\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T13:00:02.5+0100\n/b.ts?x=1\n");
  REQUIRE(list.segments.size() == 2);
  CHECK(list.segments[0].url == "http://host/live/a.ts");
  CHECK(list.segments[1].url == "http://host/b.ts?x=1");
  CHECK(list.segments[0].program_us == kNoon_us + 250'000);
  CHECK(list.segments[1].program_us == kNoon_us + 2'500'000);
  CHECK(list.segments[0].has_date);
  CHECK_FALSE(list.is_ended);
}

TEST_CASE("a date reaches to the neighbours by their lengths, but not over a discontinuity") {
  const HlsPlaylist list = read(
      "#EXTINF:1.5,\na.ts\n#EXTINF:2.0,\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T12:00:00Z\nb.ts\n#EXTINF:2.0,\nc.ts\n"
      "#EXT-X-DISCONTINUITY\n#EXTINF:2.0,\nd.ts\n#EXTINF:2.0,\ne.ts\n#EXT-X-ENDLIST\n");
  REQUIRE(list.segments.size() == 5);
  CHECK(list.segments[0].program_us == kNoon_us - 1'500'000);
  CHECK_FALSE(list.segments[0].has_date);
  CHECK(list.segments[2].program_us == kNoon_us + 2'000'000);
  CHECK_FALSE(list.segments[2].has_date);
  CHECK(list.segments[3].is_after_discontinuity);
  CHECK_FALSE(list.segments[3].program_us);
  CHECK_FALSE(list.segments[4].program_us);
  CHECK(list.is_ended);
}

TEST_CASE("what is no date is none, and a date without a zone is UTC") {
  const HlsPlaylist list = read(
      "#EXT-X-PROGRAM-DATE-TIME:yesterday\n#EXTINF:2.0,\na.ts\n#EXT-X-DISCONTINUITY\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T12:00:00\n#EXTINF:nan,\nb.ts\n#EXTINF:-3,\nc.ts\n");
  REQUIRE(list.segments.size() == 3);
  CHECK_FALSE(list.segments[0].program_us);
  CHECK(list.segments[1].program_us == kNoon_us);
  CHECK(list.segments[2].program_us == kNoon_us);
}

TEST_CASE("a master playlist lists no segments") {
  CHECK(read("#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n").segments.empty());
  CHECK(read_hls_playlist("", kUrl).segments.empty());
}
