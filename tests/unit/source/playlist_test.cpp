#include "source/playlist.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/resolver.hpp"

using namespace astream;

namespace {

/// "reference|title" of each entry, one a line.
std::string flat(const Playlist& playlist) {
  std::string text;
  for (const PlaylistEntry& entry : playlist.entries) text += entry.reference + "|" + entry.title + "\n";
  return text;
}

std::string flat(PlaylistKind kind, std::string_view bytes) {
  return flat(parse_playlist(kind, bytes));
}

PlaylistKind kind_of_path(const char* path) {
  return playlist_kind({path, true, {}, Origin::user});
}
PlaylistKind kind_of_uri(const char* uri) {
  return playlist_kind({uri, false, {}, Origin::user});
}

std::string message_of(PlaylistKind kind, std::string_view bytes) {
  try {
    parse_playlist(kind, bytes);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::resolve);
    return error.message();
  }
  return "";
}

std::string xspf(std::string_view tracks) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" "
         "xmlns=\"http://xspf.org/ns/0/\"><trackList>" +
         std::string(tracks) + "</trackList></playlist>";
}

}  // namespace

TEST_CASE("playlists are told by their extension, URIs only over http") {
  CHECK(kind_of_path("a.m3u") == PlaylistKind::m3u);
  CHECK(kind_of_path("A.M3U8") == PlaylistKind::m3u8);
  CHECK(kind_of_path("x/a.Pls") == PlaylistKind::pls);
  CHECK(kind_of_path("a.xspf") == PlaylistKind::xspf);
  CHECK(kind_of_path("a.m3u.wav") == PlaylistKind::none);
  CHECK(kind_of_path("a?.m3u") == PlaylistKind::m3u);
  CHECK(kind_of_uri("http://h/a.pls?sid=1.wav#x") == PlaylistKind::pls);
  CHECK(kind_of_uri("HTTPS://h/a.M3U") == PlaylistKind::m3u);
  CHECK(kind_of_uri("http://radio.pls") == PlaylistKind::none);
  CHECK(kind_of_uri("http://h/x.mp3?list=a.pls") == PlaylistKind::none);
  CHECK(kind_of_uri("ftp://h/a.pls") == PlaylistKind::none);
}

TEST_CASE("m3u: entries, titles, line ends, BOM") {
  CHECK(flat(PlaylistKind::m3u,
             "\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:123,Artist - Title\r\nmusic/a b%.mp3\r\n\r\n  \nhttp://h/x\n# remark\n"
             "#EXTINF:-1 logo=\"a,b\" x=\"c\",Radio, One\nrtsp://h/y") ==
        "music/a b%.mp3|Artist - Title\nhttp://h/x|\nrtsp://h/y|Radio, One\n");
}

TEST_CASE("m3u: titles in UTF-8 or Latin-1, paths keep their bytes") {
  CHECK(flat(PlaylistKind::m3u, "#EXTINF:1,Caf\xE9\ncaf\xE9.mp3\n") == "caf\xE9.mp3|Café\n");
  CHECK(flat(PlaylistKind::m3u8, "#EXTINF:1,Café\ncafé.mp3\n") == "café.mp3|Café\n");
  CHECK(flat(PlaylistKind::m3u, "#EXTINF:1,\tA\x1b[1mB\nx\n") == "x|A [1mB\n");
}

TEST_CASE("m3u: HLS is not expanded") {
  CHECK(parse_playlist(PlaylistKind::m3u8, "#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:4,\nseg0.ts\n").is_hls);
  CHECK(parse_playlist(PlaylistKind::m3u, "#EXTM3U\n#EXTINF:4,\nseg0.ts\n#EXT-X-ENDLIST\n").is_hls);
  CHECK_FALSE(parse_playlist(PlaylistKind::m3u8, "#EXTM3U\n#EXTINF:4,#EXT-X-\nseg0.ts\n").is_hls);
}

TEST_CASE("pls: by number, any case, gaps tolerated") {
  CHECK(
      flat(
          PlaylistKind::pls,
          "[playlist]\r\nNumberOfEntries=2\r\nFile10=http://h/ten\r\nTitle2=Two=2\r\nfile2 = two.mp3\r\nTITLE10=Ten\r\n"
          "Length2=5\nTitle7=without a file\nFileX=no\nFile=no\nVersion=2\n") == "two.mp3|Two=2\nhttp://h/ten|Ten\n");
  CHECK(message_of(PlaylistKind::pls, "File1=x\n").find("[playlist]") != std::string::npos);
}

TEST_CASE("xspf: locations, titles, creators") {
  CHECK(flat(PlaylistKind::xspf, xspf("<track><title>T &amp; t</title><location>\n a%20b.mp3 </location>"
                                      "<location>second</location><creator>C</creator></track>"
                                      "<track><location>http://h/x?a=1&amp;b=2</location></track>"
                                      "<track><title>no place</title></track>"
                                      "<track><location>y</location><creator>Me</creator>"
                                      "<extension><title>not this</title></extension></track>")) ==
        "a%20b.mp3|C - T & t\nhttp://h/x?a=1&b=2|\ny|Me\n");
  CHECK(flat(PlaylistKind::xspf, "<playlist><trackList><track><location>z</location></track></trackList></playlist>") ==
        "z|\n");
  CHECK(flat(PlaylistKind::xspf,
             "<x:playlist xmlns:x='http://xspf.org/ns/0/'><x:trackList><x:track><x:location>z"
             "</x:location></x:track></x:trackList></x:playlist>") == "z|\n");
}

TEST_CASE("xspf: damage and entities are refused") {
  CHECK(message_of(PlaylistKind::xspf, "<playlist><trackList>").find("damaged") != std::string::npos);
  CHECK(message_of(PlaylistKind::xspf, "<html></html>").find("no xspf") != std::string::npos);
  CHECK(message_of(PlaylistKind::xspf, "").find("damaged") != std::string::npos);
  CHECK(message_of(PlaylistKind::xspf, "<!DOCTYPE x [<!ENTITY a 'b'>]><playlist>&a;</playlist>").find("entities") !=
        std::string::npos);
  CHECK(message_of(PlaylistKind::xspf, "<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><playlist/>")
            .find("entities") != std::string::npos);
  CHECK(message_of(PlaylistKind::xspf, xspf("<track><location>" + std::string(100'000, 'a') + "</location></track>"))
            .find("too long") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  CHECK_FALSE(message_of(PlaylistKind::xspf, "<playlist>" + deep).empty());
}

TEST_CASE("playlists: limits") {
  std::string many;
  for (size_t i = 0; i < kMaxPlaylistEntries; ++i) many += "a\n";
  CHECK(parse_playlist(PlaylistKind::m3u, many).entries.size() == kMaxPlaylistEntries);
  CHECK(message_of(PlaylistKind::m3u, many + "a\n").find("100000") != std::string::npos);

  std::string pls = "[playlist]\n";
  std::string tracks;
  for (size_t i = 0; i <= kMaxPlaylistEntries; ++i) {
    pls += "File" + std::to_string(i) + "=a\n";
    tracks += "<track><location>a</location></track>";
  }
  CHECK(message_of(PlaylistKind::pls, pls).find("100000") != std::string::npos);
  CHECK(message_of(PlaylistKind::xspf, xspf(tracks)).find("100000") != std::string::npos);
  CHECK(message_of(PlaylistKind::m3u, std::string(kMaxPlaylistBytes + 1, '#')).find("longer") != std::string::npos);
}

TEST_CASE("playlists: nothing in them, or no text") {
  CHECK(message_of(PlaylistKind::m3u, "#EXTM3U\n").find("nothing") != std::string::npos);
  CHECK(message_of(PlaylistKind::m3u, std::string_view("RIFF\0\0", 6)).find("NUL") != std::string::npos);
}

TEST_CASE("playlists: every prefix of a good one is read or refused in order") {
  const std::string whole = xspf("<track><title>T</title><location>a</location></track>");
  for (size_t size = 0; size < whole.size(); ++size) {
    try {
      parse_playlist(PlaylistKind::xspf, std::string_view(whole).substr(0, size));
      FAIL("a part of XML passed");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::resolve);
    }
  }
}
