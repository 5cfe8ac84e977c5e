#include "base/redact.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/uri.hpp"

using namespace astream;

namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("user and password are taken out of URIs") {
  const Rows rows = {
      {"rtsp://user:pass@host/x", "rtsp://***@host/x"},
      {"rtsp://user:p@ss%40word@host/x", "rtsp://***@host/x"},
      {"rtsp://user:p:q@host:554/x?a=b", "rtsp://***@host:554/x?a=b"},
      {"https://ghp_token@host", "https://***@host"},
      {"http://user:pass@[::1]:80/", "http://***@[::1]:80/"},
      {"ftp://user:@host/", "ftp://***@host/"},
      {"RTSP://User:Pass@Host/", "RTSP://***@Host/"},
      {"door=rtsp://user:pass@cam/1", "door=rtsp://***@cam/1"},
      {"ytdl:https://user:pass@h/w", "ytdl:https://***@h/w"},
      {"http://proxy/?to=http://user:pass@h/", "http://proxy/?to=http://***@h/"},
      {"concat:http://a|http://u:p@h/", "concat:http://a|http://***@h/"},
      // No URIs by the book, but typed every day.
      {"rtsp://user:pa/ss@host/x", "rtsp://***@host/x"},
      {"rtsp://user:pa#ss?w@host/x", "rtsp://***@host/x"},
  };
  for (const auto& [uri, shown] : rows) {
    const auto& row_name = uri;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    CHECK(redact_uri(uri) == shown);
    CHECK(redact_uri(shown) == shown);
  }
}

TEST_CASE("secret values are taken out of queries") {
  const Rows rows = {
      {"http://h/a?token=abc", "http://h/a?token=***"},
      {"http://h/a?x=1&Access_Token=abc&y=2", "http://h/a?x=1&Access_Token=***&y=2"},
      {"http://h/a?api_key=a&apikey=b&api-key=c&key=d", "http://h/a?api_key=***&apikey=***&api-key=***&key=***"},
      {"http://h/a?sig=a&signature=b&lsig=c#t=5", "http://h/a?sig=***&signature=***&lsig=***#t=5"},
      {"http://h/a?password=a&passwd=b&pass=c&pwd=d", "http://h/a?password=***&passwd=***&pass=***&pwd=***"},
      {"http://h/a?auth=a&client_secret=b&X-Plex-Token=c", "http://h/a?auth=***&client_secret=***&X-Plex-Token=***"},
      {"srt://h:9000?mode=caller&passphrase=abc", "srt://h:9000?mode=caller&passphrase=***"},
      {"https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Credential=C&X-Amz-Date=D&X-Amz-Expires=60&"
       "X-Amz-SignedHeaders=host&X-Amz-Signature=S&X-Amz-Security-Token=T",
       "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Credential=***&X-Amz-Date=D&X-Amz-Expires=60&"
       "X-Amz-SignedHeaders=host&X-Amz-Signature=***&X-Amz-Security-Token=***"},
      {"https://g/k?X-Goog-Credential=C&x-goog-signature=S&X-Goog-Expires=9",
       "https://g/k?X-Goog-Credential=***&x-goog-signature=***&X-Goog-Expires=9"},
      {"https://d.cloudfront.net/k?Policy=P&Signature=S&Key-Pair-Id=K",
       "https://d.cloudfront.net/k?Policy=***&Signature=***&Key-Pair-Id=***"},
      {"http://h/a?tok%65n=abc", "http://h/a?tok%65n=***"},
      {"http://h/a?token=ab/c;d e", "http://h/a?token=***"},
      {"http://h/a#access_token=abc", "http://h/a#access_token=***"},
      {"http://h/a?a=1;token=abc", "http://h/a?a=1;token=***"},
      {"http://u:p@h/a?token=abc", "http://***@h/a?token=***"},
      {"http://h/a?token=http://u:p@h/&b=1", "http://h/a?token=***&b=1"},
  };
  for (const auto& [uri, shown] : rows) {
    const auto& row_name = uri;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    CHECK(redact_uri(uri) == shown);
    CHECK(redact_uri(shown) == shown);
  }
}

TEST_CASE("nothing else is touched") {
  for (const std::string uri : {"http://host:8000/live.mp3",
                                "http://host/a@b.mp3",
                                "http://host/?mail=a@b",
                                "http://host/a:b@c",
                                "http://[::1]:8000/a@b",
                                "http://host/a?token=",
                                "http://host/a?tokens=5&keyword=x&monkey=y&authors=z",
                                "/home/me@work/song?token=abc.wav",
                                "file:///a@b?token=x",
                                "song.wav",
                                "-",
                                "",
                                "tone:440?rate=48000",
                                "mic:USB Audio?channels=2",
                                "http://",
                                "://",
                                "http://host:80",
                                "udp://@239.0.0.1:5000",
                                "zip:a.zip!b@c",
                                "http://host:/a@b"}) {
    CAPTURE(uri);
    CHECK(redact_uri(uri) == uri);
    CHECK(uri_secrets(uri).empty());
  }
}

TEST_CASE("URIs in commands end at blanks") {
  CHECK(redact_uri("exec:curl 'http://u:p@h/a?token=abc' | tail me@there") ==
        "exec:curl 'http://***@h/a?token=***' | tail me@there");
}

TEST_CASE("secrets are listed as they stand, decoded, and as they are sent") {
  const auto secrets = uri_secrets("rtsp://user:p@ss%40word@host/x?token=a%2Fbc&sig=ab&n=5");
  CHECK(holds(secrets, "user:p@ss%40word"));
  CHECK(holds(secrets, "user:p@ss@word"));
  CHECK(holds(secrets, "p@ss%40word"));
  CHECK(holds(secrets, "p@ss@word"));
  CHECK(holds(secrets, "dXNlcjpwQHNzQHdvcmQ="));
  CHECK(holds(secrets, "a%2Fbc"));
  CHECK(holds(secrets, "a/bc"));
  CHECK_FALSE(holds(secrets, "ab"));    // too short
  CHECK_FALSE(holds(secrets, "user"));  // a name, no secret, as there is a password
  CHECK_FALSE(holds(secrets, "5"));
  CHECK(
      std::is_sorted(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); }));
  CHECK(uri_secrets("https://ghp_token@h/") == std::vector<std::string>{"ghp_token"});
  CHECK(uri_secrets("https://***@h/?token=***").empty());
}

TEST_CASE("base64 as Basic authentication has it") {
  // RFC 7617 section 2, and the three lengths of the last group.
  CHECK(holds(uri_secrets("http://Aladdin:open%20sesame@h/"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  CHECK(holds(uri_secrets("http://a:b@h/"), "YTpi"));
  CHECK(holds(uri_secrets("http://a:bc@h/"), "YTpiYw=="));
  CHECK(holds(uri_secrets("http://a:bcd@h/"), "YTpiY2Q="));
}

TEST_CASE("spans are in order and apart") {
  const std::string text = "get http://u:p@h/?token=http://a:b@c/ and rtsp://x:y@z, \"?key=v\"";
  const auto spans = find_secrets(text, SecretScan::text);
  REQUIRE(spans.size() == 4);
  for (size_t i = 0; i < spans.size(); ++i) {
    CHECK(spans[i].begin < spans[i].end);
    if (i > 0) CHECK(spans[i - 1].end <= spans[i].begin);
  }
  CHECK(without_secrets(text, spans) == "get http://***@h/?token=*** and rtsp://***@z, \"?key=***\"");
}
