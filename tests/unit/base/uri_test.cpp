#include "base/uri.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace astream;

TEST_CASE("schemes") {
  const std::vector<std::pair<std::string, std::string>> schemes = {
      {"http://x", "http"}, {"HTTP://x", "http"}, {"tone:440", "tone"}, {"svn+ssh://x", "svn+ssh"},
      {"a.b-c:x", "a.b-c"}, {"file:x", "file"},   {"C:\\x.wav", ""},    {"c:/x.wav", ""},
      {"1a:x", ""},         {"a b:x", ""},        {":x", ""},           {"", ""},
      {"/a:b", ""},         {"song", ""},         {"dir/a:b.wav", ""},  {"-", ""},
      {"mic:", "mic"},      {"caf\xC3\xA9:x", ""}};
  for (const auto& [uri, scheme] : schemes) {
    const auto& row_name = uri;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    CHECK(uri_scheme(uri) == scheme);
  }
  CHECK(has_authority("http://x"));
  CHECK(has_authority("file:///x"));
  CHECK_FALSE(has_authority("tone:440"));
  CHECK_FALSE(has_authority("file:/x"));
  CHECK_FALSE(has_authority("/dir://x"));
  CHECK_FALSE(has_authority(""));
}

TEST_CASE("schemes with options in parts") {
  const SchemeParts tone = split_scheme("Tone:440?rate=48000&channels=2");
  CHECK(tone.scheme == "tone");
  CHECK(tone.body == "440");
  CHECK(tone.query == std::map<std::string, std::string>{{"rate", "48000"}, {"channels", "2"}});

  const SchemeParts rtp = split_scheme("rtp://239.0.0.1:5004?codec=opus/48000/2");
  CHECK(rtp.body == "239.0.0.1:5004");
  CHECK(rtp.query.at("codec") == "opus/48000/2");

  CHECK(split_scheme("mic:#2").body == "#2");
  CHECK(split_scheme("mic:").body.empty());
  CHECK(split_scheme("mic:USB Audio?api=pulse").body == "USB Audio");
  CHECK(split_scheme("x1:a?b=%41%zz%2&&flag&c=d=e&b2=").query ==
        std::map<std::string, std::string>{{"b", "A%zz%2"}, {"flag", ""}, {"c", "d=e"}, {"b2", ""}});
  CHECK(split_scheme("x1:a?").query.empty());
  // A path is no scheme, and may hold a question mark.
  CHECK(split_scheme("what?.wav").body == "what?.wav");
  CHECK(split_scheme("what?.wav").query.empty());
}

TEST_CASE("percent encoding") {
  CHECK(percent_decode("a%20b%2Fc%2f") == "a b/c/");
  CHECK(percent_decode("100%") == "100%");
  CHECK(percent_decode("%4") == "%4");
  CHECK(percent_decode("%%41") == "%A");
  CHECK(percent_decode("%g1%1g") == "%g1%1g");
  CHECK(percent_decode("a+b") == "a+b");
  CHECK(percent_decode("%00").size() == 1);
  CHECK(percent_encode("/a b/\xC3\xA9%.wav") == "/a%20b/%C3%A9%25.wav");
  CHECK(percent_encode("a/b", "") == "a%2Fb");
  CHECK(percent_encode("-._~aZ09") == "-._~aZ09");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(percent_decode(percent_encode(all)) == all);
}

TEST_CASE("UTF-8 is told from other bytes") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\xB5"));
  CHECK(is_utf8("\xED\x9F\xBF"));      // U+D7FF
  CHECK(is_utf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF
  CHECK_FALSE(is_utf8("caf\xE9"));
  CHECK_FALSE(is_utf8("\xC0\xAF"));  // overlong
  CHECK_FALSE(is_utf8("\xE0\x80\xAF"));
  CHECK_FALSE(is_utf8("\xF0\x80\x80\xAF"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("\xE2\x82"));  // cut short
  CHECK(to_utf8("caf\xE9!") == "caf\xEF\xBF\xBD!");
  CHECK(to_utf8("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(to_utf8("\xE2\x82\xAC") == "\xE2\x82\xAC");
}

TEST_CASE("a name that is not UTF-8 is printed as a URI") {
  CHECK(printable_uri("/music/caf\xC3\xA9.wav") == "/music/caf\xC3\xA9.wav");
  CHECK(printable_uri("/music/caf\xE9 1.wav") == "file:/music/caf%E9%201.wav");
  CHECK(printable_uri("http://h/caf\xE9?a=b") == "http://h/caf%E9?a=b");
  CHECK(percent_decode(split_scheme(printable_uri("/m/\xFF")).body) == "/m/\xFF");
}

TEST_CASE("references by RFC 3986 section 5.4") {
  // The RFC's own examples, but for "g:h": a single letter is no scheme here.
  const std::string base = "http://a/b/c/d;p?q";
  const std::vector<std::pair<std::string, std::string>> rows = {{"g", "http://a/b/c/g"},
                                                                 {"./g", "http://a/b/c/g"},
                                                                 {"g/", "http://a/b/c/g/"},
                                                                 {"/g", "http://a/g"},
                                                                 {"//g", "http://g"},
                                                                 {"?y", "http://a/b/c/d;p?y"},
                                                                 {"g?y", "http://a/b/c/g?y"},
                                                                 {"#s", "http://a/b/c/d;p?q#s"},
                                                                 {"g#s", "http://a/b/c/g#s"},
                                                                 {"g?y#s", "http://a/b/c/g?y#s"},
                                                                 {";x", "http://a/b/c/;x"},
                                                                 {"g;x", "http://a/b/c/g;x"},
                                                                 {"g;x?y#s", "http://a/b/c/g;x?y#s"},
                                                                 {"", "http://a/b/c/d;p?q"},
                                                                 {".", "http://a/b/c/"},
                                                                 {"./", "http://a/b/c/"},
                                                                 {"..", "http://a/b/"},
                                                                 {"../", "http://a/b/"},
                                                                 {"../g", "http://a/b/g"},
                                                                 {"../..", "http://a/"},
                                                                 {"../../", "http://a/"},
                                                                 {"../../g", "http://a/g"},
                                                                 {"../../../g", "http://a/g"},
                                                                 {"../../../../g", "http://a/g"},
                                                                 {"/./g", "http://a/g"},
                                                                 {"/../g", "http://a/g"},
                                                                 {"g.", "http://a/b/c/g."},
                                                                 {".g", "http://a/b/c/.g"},
                                                                 {"g..", "http://a/b/c/g.."},
                                                                 {"..g", "http://a/b/c/..g"},
                                                                 {"./../g", "http://a/b/g"},
                                                                 {"./g/.", "http://a/b/c/g/"},
                                                                 {"g/./h", "http://a/b/c/g/h"},
                                                                 {"g/../h", "http://a/b/c/h"},
                                                                 {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                                                 {"g;x=1/../y", "http://a/b/c/y"},
                                                                 {"g?y/./x", "http://a/b/c/g?y/./x"},
                                                                 {"g?y/../x", "http://a/b/c/g?y/../x"},
                                                                 {"g#s/../x", "http://a/b/c/g#s/../x"}};
  for (const auto& [reference, resolved] : rows) {
    const auto& row_name = reference;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    CHECK(resolve_reference(base, reference) == resolved);
  }
  CHECK(resolve_reference(base, "rtsp:h") == "rtsp:h");
}

TEST_CASE("references in playlists of the network") {
  CHECK(resolve_reference("http://h", "a.mp3") == "http://h/a.mp3");
  CHECK(resolve_reference("http://h?list=a/b", "a.mp3") == "http://h/a.mp3");
  CHECK(resolve_reference("http://h/x.m3u?dir=/p/q", "a.mp3") == "http://h/a.mp3");
  CHECK(resolve_reference("https://u:p@h:8443/x/y.m3u#t", "a.mp3") == "https://u:p@h:8443/x/a.mp3");
  CHECK(resolve_reference("https://h/x/y.m3u", "//other/a") == "https://other/a");
  CHECK(resolve_reference("http://h/x/y.m3u", "my song \xC3\xA9%20.mp3") == "http://h/x/my%20song%20%C3%A9%20.mp3");
  CHECK(resolve_reference("http://h/x/y.m3u", "Artist: Title.mp3") == "http://h/x/Artist:%20Title.mp3");
  CHECK(resolve_reference("http://h/x/y.m3u", "rtsp://cam/1") == "rtsp://cam/1");
}

TEST_CASE("references in playlists on disk") {
  CHECK(resolve_reference("/music/list.m3u", "a.mp3") == "/music/a.mp3");
  CHECK(resolve_reference("list.m3u", "a.mp3") == "a.mp3");
  CHECK(resolve_reference("dir/list.m3u", "../a.mp3") == "dir/../a.mp3");
  CHECK(resolve_reference("/music/list.m3u", "/other/a.mp3") == "/other/a.mp3");
  CHECK(resolve_reference("/music/list.m3u", "50% off? #1.mp3") == "/music/50% off? #1.mp3");
  CHECK(resolve_reference("/music/list.m3u", "Artist: Title.mp3") == "/music/Artist: Title.mp3");
  CHECK(resolve_reference("/music/list.m3u", "sub\\dir\\a.mp3") == "/music/sub/dir/a.mp3");
  CHECK(resolve_reference("/music/list.m3u", "sub/odd\\name.mp3") == "/music/sub/odd\\name.mp3");
  CHECK(resolve_reference("/music/list.m3u", "\\\\server\\a.mp3") == "/music/\\\\server\\a.mp3");
  CHECK(resolve_reference("/music/list.m3u", "C:\\music\\a.mp3") == "C:\\music\\a.mp3");
  CHECK(resolve_reference("/music/list.m3u", "http://h/a") == "http://h/a");
  CHECK(resolve_reference("file:///my%20music/list.m3u", "a.mp3") == "/my music/a.mp3");
  CHECK(resolve_reference("file://localhost/music/list.m3u", "a.mp3") == "/music/a.mp3");
  CHECK(resolve_reference("file:music/list.m3u", "a.mp3") == "music/a.mp3");
}
