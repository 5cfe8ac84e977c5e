#include "source/glob.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "source/media_extensions.hpp"

using namespace astream;

TEST_CASE("glob: * and ? and literals") {
  CHECK(matches_segment("*.wav", "a.wav"));
  CHECK(matches_segment("*", "a"));
  CHECK(matches_segment("a*b*c", "a-b-b-c"));
  CHECK(matches_segment("a*", "a"));
  CHECK(matches_segment("?.wav", "x.wav"));
  CHECK(matches_segment("a", "a"));
  CHECK_FALSE(matches_segment("*.wav", "a.wave"));
  CHECK_FALSE(matches_segment("a*b*c", "a-c-b"));
  CHECK_FALSE(matches_segment("?.wav", "xy.wav"));
  CHECK_FALSE(matches_segment("?", ""));
  CHECK_FALSE(matches_segment("a", "A"));
  CHECK_FALSE(matches_segment("", "a"));
}

TEST_CASE("glob: brackets") {
  CHECK(matches_segment("[abc]", "b"));
  CHECK(matches_segment("[a-c]x", "cx"));
  CHECK(matches_segment("[!a-c]", "d"));
  CHECK(matches_segment("[^a]", "b"));
  CHECK(matches_segment("[]a]", "]"));
  CHECK(matches_segment("[a-]", "-"));
  CHECK(matches_segment("[\\]]", "]"));
  CHECK(matches_segment("[", "["));
  CHECK(matches_segment("a[1", "a[1"));
  CHECK_FALSE(matches_segment("[a-c]", "d"));
  CHECK_FALSE(matches_segment("[!a]", "a"));
  CHECK_FALSE(matches_segment("[a]", ""));
}

TEST_CASE("glob: one wildcard is one UTF-8 character, or one byte of what is no UTF-8") {
  CHECK(matches_segment("?", "ü"));
  CHECK(matches_segment("[ä-ü]", "ö"));
  CHECK(matches_segment("?x", "\xFFx"));
  CHECK(matches_segment("*x", "\xFF\xFEx"));
  CHECK(matches_segment("ü*", "üx"));
  CHECK_FALSE(matches_segment("[a-z]", "ü"));
  CHECK_FALSE(matches_segment("??", "ü"));
}

TEST_CASE("glob: hidden names need a dot in the pattern") {
  CHECK(matches_segment(".*", ".x"));
  CHECK(matches_segment("\\.x", ".x"));
  CHECK_FALSE(matches_segment("*", ".x"));
  CHECK_FALSE(matches_segment("?x", ".x"));
  CHECK_FALSE(matches_segment("[.]x", ".x"));
}

TEST_CASE("glob: a backslash takes the meaning away") {
  CHECK(matches_segment("a\\*", "a*"));
  CHECK_FALSE(matches_segment("a\\*", "ab"));
  CHECK_FALSE(has_glob_syntax("a\\*b\\?"));
  CHECK(unescape_glob("a\\*b\\\\") == "a*b\\");
}

TEST_CASE("glob: many stars don't take for ever") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(matches_segment(pattern + "b", std::string(5000, 'a')));
}

TEST_CASE("glob: what is a pattern") {
  for (const char* text : {"*.wav", "a/?", "[ab]/c", "**/x", "{a,b}.wav", "x{a,{b,c}}"}) {
    CAPTURE(text);
    CHECK(has_glob_syntax(text));
  }
  for (const char* text : {"a.wav", "a[1.wav", "a]", "{a}", "{a,b", "a,b}", ""}) {
    CAPTURE(text);
    CHECK_FALSE(has_glob_syntax(text));
  }
  CHECK_FALSE(has_glob_syntax(std::string(kMaxGlobBytes, '{') + "*"));
}

TEST_CASE("glob: braces") {
  using List = std::vector<std::string>;
  CHECK(expand_braces("a") == List{"a"});
  CHECK(expand_braces("{b,a}.wav") == List{"b.wav", "a.wav"});
  CHECK(expand_braces("{a,b}{1,2}") == List{"a1", "a2", "b1", "b2"});
  CHECK(expand_braces("x{a,{b,c}d}y") == List{"xay", "xbdy", "xcdy"});
  CHECK(expand_braces("{a,}b") == List{"ab", "b"});
  CHECK(expand_braces("{a}{b,c}") == List{"{a}b", "{a}c"});
  CHECK(expand_braces("\\{a,b}") == List{"\\{a,b}"});
  CHECK(expand_braces("{a/b,c}/d") == List{"a/b/d", "c/d"});
  std::string bomb;
  for (int i = 0; i < 30; ++i) bomb += "{a,b}";
  CHECK_THROWS_AS(expand_braces(bomb), Error);
}

TEST_CASE("media extensions: any case, no hidden name, no long one") {
  CHECK(has_media_extension("a.wav"));
  CHECK(has_media_extension("x/A.FLAC"));
  CHECK(has_media_extension("video.MkV"));
  CHECK(has_media_extension("a.b.opus"));
  CHECK_FALSE(has_media_extension("a.txt"));
  CHECK_FALSE(has_media_extension(".wav"));
  CHECK_FALSE(has_media_extension("x.wav/y"));
  CHECK_FALSE(has_media_extension("wav"));
  CHECK_FALSE(has_media_extension("a."));
  CHECK_FALSE(has_media_extension("a.verylongextension"));
  CHECK(extension_of("x.PLS").view() == "pls");
}
