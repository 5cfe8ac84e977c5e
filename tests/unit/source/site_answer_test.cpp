#include "source/site_answer.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"
#include "source/resolver.hpp"
#include "source/site_table.hpp"

using namespace astream;
using Json = nlohmann::json;

namespace {

Json format(const std::string& id, int rate_hz, double kilobits_per_s, bool has_pictures = false) {
  return {{"format_id", id},
          {"url", "https://cdn/" + id},
          {"asr", rate_hz},
          {"tbr", kilobits_per_s},
          {"vcodec", has_pictures ? "h264" : "none"},
          {"acodec", "opus"},
          {"protocol", "https"}};
}

std::string chosen(const Json& formats, std::optional<int> wanted_rate_hz, const std::string& preferred = {}) {
  const SiteAnswer answer = parse_site_answer(Json{{"title", "T"}, {"formats", formats}}.dump());
  return choose_site_format(answer, wanted_rate_hz, preferred).id;
}

std::string word_of(const std::vector<Resolved>& all) {
  std::string word;
  for (const Resolved& resolved : all) {
    word += resolved.failure ? "x" : resolved.input.site ? "s" : "u";
    word += "(" + resolved.input.label + "|" + resolved.input.uri + ")";
  }
  return word;
}

std::vector<Resolved> resolve_all(const std::vector<std::string>& names, const Resolver::Fetch& fetch) {
  Resolver resolver(names, {}, fetch);
  std::vector<Resolved> all;
  while (auto resolved = resolver.next()) all.push_back(std::move(*resolved));
  return all;
}

}  // namespace

TEST_CASE("the best format without pictures, at or above the asked rate") {
  const Json formats = {format("low", 22050, 48), format("mid", 48000, 64), format("best", 44100, 128),
                        format("film", 48000, 900, true), format("small_film", 48000, 300, true)};
  CHECK(chosen(formats, std::nullopt) == "best");
  CHECK(chosen(formats, 16000) == "best");
  CHECK(chosen(formats, 48000) == "mid");
  CHECK(chosen(formats, 96000) == "best");
  CHECK(chosen(formats, 48000, "low") == "low");
  CHECK(chosen(formats, std::nullopt, "gone") == "best");
  CHECK(chosen({formats[3], formats[4]}, std::nullopt) == "small_film");
  CHECK(chosen({formats[4], formats[3]}, 48000) == "small_film");
}

TEST_CASE("formats that can't be opened, or reach where they must not, are left out") {
  Json good = format("good", 48000, 10);
  Json bad = format("bad", 48000, 99);
  const auto takes = [&](const std::string& key, const Json& value) {
    Json changed = bad;
    changed[key] = value;
    return chosen({good, changed}, std::nullopt);
  };
  CHECK(takes("tbr", 99) == "bad");
  for (const char* url : {"file:///etc/passwd", "/etc/passwd", "exec:id", "rtsp://x/y", "concat:x", "http:/x", ""}) {
    CHECK(takes("url", url) == "good");
  }
  CHECK(takes("url", 7) == "good");
  CHECK(takes("acodec", "none") == "good");
  CHECK(takes("has_drm", true) == "good");
  CHECK(takes("protocol", "mhtml") == "good");
  CHECK(takes("protocol", "http_dash_segments") == "good");  // and no manifest to open
  for (const char* text :
       {"", "null", "[]", "{}", "{\"formats\":[]}", "{\"formats\":[7,null]}", "{\"url\":\"file:x\"}"}) {
    CHECK_THROWS_AS(parse_site_answer(text), Error);
  }
}

TEST_CASE("headers and cookies in the forms that are sent; what must not be shown") {
  Json entry = format("a", 48000, 64);
  entry["url"] = "https://user@cdn:81/0123456789012345678901234567/x?sig=abc";
  entry["http_headers"] = {
      {"User-Agent", "U"}, {"Accept-Encoding", "gzip"}, {"Cookie", "old=1; older=2"}, {"Bad", "a\r\nb: c"}};
  entry["cookies"] = "id=s3cret; Domain=.cdn; Path=/x; Secure; Expires=17; b=2; Domain=cdn";
  const SiteAnswer answer = parse_site_answer(Json{{"formats", {entry}}, {"is_live", true}}.dump());
  const SiteFormat& read = answer.formats.front();
  CHECK(answer.is_live);
  CHECK(read.headers == "User-Agent: U\r\n");
  CHECK(read.cookies ==
        "id=s3cret; Domain=.cdn:81; Path=/x\nb=2; Domain=cdn:81; Path=/\n"
        "old=1; Domain=cdn:81; Path=/\nolder=2; Domain=cdn:81; Path=/\n");
  const auto secrets = site_secrets(read);
  for (const char* wanted : {"s3cret", "sig=abc", "0123456789012345678901234567"}) {
    CHECK(std::find(secrets.begin(), secrets.end(), wanted) != secrets.end());
  }
}

TEST_CASE("a page becomes its recording, a list its entries, one by one") {
  int calls = 0;
  const Json song = {{"title", "Song"}, {"formats", {format("a", 48000, 64)}}};
  Json inlined = song;
  inlined["playlist_index"] = 3;
  const Json list = {{"_type", "playlist"},
                     {"title", "List"},
                     {"entries",
                      {{{"_type", "url"}, {"url", "https://site/one"}, {"title", "One\n"}},
                       {{"_type", "url"}, {"url", "file:///etc/passwd"}, {"title", "Evil"}},
                       inlined,
                       {{"_type", "url"}, {"url", "https://site/list"}, {"title", "Again"}}}}};
  const auto fetch = [&](const Input& input) -> std::string {
    ++calls;
    if (input.uri == "ytdl:https://site/later") return "";
    return (input.uri == "ytdl:https://site/list" ? list : song).dump();
  };
  CHECK(word_of(resolve_all({"ytdl:https://site/x"}, fetch)) == "s(Song|ytdl:https://site/x)");
  CHECK(word_of(resolve_all({"a=https://m.youtube.com/watch?v=1"}, fetch)) ==
        "s(a|ytdl:https://m.youtube.com/watch?v=1)");
  CHECK(word_of(resolve_all({"ytdl:https://site/later"}, fetch)) == "u(|ytdl:https://site/later)");
  CHECK(word_of(resolve_all({"ytdl:https://site/x"}, nullptr)) == "u(|ytdl:https://site/x)");
  calls = 0;
  const auto all = resolve_all({"ytdl:https://site/list"}, fetch);
  CHECK(word_of(all) ==
        "s(One|ytdl:https://site/one)x(Evil|ytdl:file:///etc/passwd)s(Song|ytdl:https://site/list)"
        "x(Again|ytdl:https://site/list)");  // it names itself
  CHECK(all[2].input.site->item == 3);
  CHECK(calls == 2);
  Resolver lazy({"ytdl:https://site/list"}, {}, fetch);
  CHECK(!lazy.known_total());
  calls = 0;
  lazy.next();
  CHECK(calls == 2);  // the list and its first entry, no more
}

TEST_CASE("pages of known sites, not the media that lies there") {
  for (const char* page : {"https://www.youtube.com/watch?v=x", "http://youtu.be/x",
                           "https://SoundCloud.com/a/b?si=1.mp3", "https://user@vimeo.com:443/123"}) {
    CHECK(is_site_page(page));
  }
  for (const char* other : {"https://youtube.com.evil.org/x", "https://notyoutube.com/x", "https://youtube.com/",
                            "https://vimeo.com/x/song.MP3", "https://www.twitch.tv/live.m3u8", "rtsp://youtube.com/x",
                            "https://example.org/?u=https://youtube.com/x", "youtube.com/watch", ""}) {
    CHECK(!is_site_page(other));
  }
}
