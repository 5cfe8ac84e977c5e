#include "source/rtp_session.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"

using namespace astream;

namespace {

/// The lines of the description from m= on.
std::string media_of(std::string_view uri) {
  const std::string sdp = describe_rtp(uri);
  return sdp.substr(sdp.find("m="));
}

}  // namespace

TEST_CASE("the description of an RTP stream names address, type and codec") {
  CHECK(describe_rtp("rtp://239.1.2.3:5004?codec=opus/48000/2&pt=97") ==
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=astream\r\nc=IN IP4 239.1.2.3\r\nt=0 0\r\n"
        "m=audio 5004 RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\n");
  CHECK(describe_rtp("rtp://[::1]:5004?codec=pcmu").find("c=IN IP6 ::1\r\n") != std::string::npos);
  CHECK(describe_rtp("rtp://:5004?codec=pcmu").find("c=IN IP4 0.0.0.0\r\n") != std::string::npos);
}

TEST_CASE("types that are fixed for a codec are taken, others begin at 96") {
  CHECK(media_of("rtp://h:1?codec=pcmu") == "m=audio 1 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000/1\r\n");
  CHECK(media_of("rtp://h:1?codec=PCMA") == "m=audio 1 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000/1\r\n");
  CHECK(media_of("rtp://h:1?codec=g722/16000") == "m=audio 1 RTP/AVP 9\r\na=rtpmap:9 G722/8000/1\r\n");
  CHECK(media_of("rtp://h:1?codec=L16/44100/2") == "m=audio 1 RTP/AVP 10\r\na=rtpmap:10 L16/44100/2\r\n");
  CHECK(media_of("rtp://h:1?codec=L16/44100") == "m=audio 1 RTP/AVP 11\r\na=rtpmap:11 L16/44100/1\r\n");
  CHECK(media_of("rtp://h:1?codec=L16/48000/2") == "m=audio 1 RTP/AVP 96\r\na=rtpmap:96 L16/48000/2\r\n");
  CHECK(media_of("rtp://h:1?codec=opus") == "m=audio 1 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n");
  CHECK(media_of("rtp://h:1?codec=pcmu/8000/2").starts_with("m=audio 1 RTP/AVP 96\r\n"));
  CHECK(media_of("rtp://h:1?codec=aac/48000/2&config=1190").find(";config=1190\r\n") != std::string::npos);
}

TEST_CASE("what can't be described is refused") {
  for (const char* uri :
       {"rtp://h?codec=opus", "rtp://h:0?codec=opus", "rtp://h:5004", "rtp://h:5004?codec=flac", "rtp://h:1?codec=aac",
        "rtp://h:1?codec=aac&config=xyz", "rtp://h:1?codec=opus&pt=128", "rtp://h:1?codec=L16/x",
        "rtp://h:1?codec=L16/8000/0", "rtp://h:1?codec=L16/8000/1/1", "rtp://h\r\na=x:1?codec=pcmu"}) {
    CAPTURE(uri);
    CHECK_THROWS_AS(describe_rtp(uri), Error);
  }
}
