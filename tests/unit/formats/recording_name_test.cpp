#include "formats/recording_name.hpp"

#include <doctest/doctest.h>

#include <regex>

#include "base/error.hpp"

using namespace astream;

namespace {

constexpr int64_t kMoment_us = 1'795'360'205'999'999;  // 2026-11-22 15:10:05.999999 UTC

NameFields fields_of(const std::string& label) {
  return {label, "song", 3, 7, kMoment_us};
}

std::string expanded(const std::string& text, const std::string& label = "radio") {
  return RecordingName(text, true).expand(fields_of(label));
}

}  // namespace

TEST_CASE("recording_name: fields and times") {
  CHECK(expanded("{label}/{name}-{stream}-{index}-{index:3}.wav") == "radio/song-3-7-007.wav");
  CHECK(expanded("a-%Y%m%d-%H%M%S.flac") == "a-20261122-151005.flac");
  CHECK(expanded("%F_%j{{x}}%%") == "2026-11-22_326{x}%");
}

TEST_CASE("recording_name: what is put in makes no folders and hides nothing") {
  CHECK(expanded("{label}.wav", "../../etc/passwd") == "_._.._etc_passwd.wav");
  CHECK(expanded("{label}", "http://host/a?b") == "http___host_a_b");
  CHECK(expanded("{label}", "a\nb\x7f") == "a_b_");
  CHECK(expanded("{label}", "") == "_");
  CHECK(expanded("{label}", std::string(99, 'x') + "\u00e9\u00e9") == std::string(99, 'x'));
}

TEST_CASE("recording_name: mistakes are told") {
  for (const char* text : {"{x}", "{index:}", "{index:0}", "{label:3}", "{label", "%", "%q", "%D", "%T"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(RecordingName(text, false), Error);
  }
}

TEST_CASE("recording_name: patterns match the names of any time and index, and no others") {
  const RecordingName name("cam.{label}/%Y/%m-%d_{index:2}.wav", true);
  CHECK(name.has_time());
  CHECK(name.has_index());
  CHECK(name.tells_streams());
  const auto patterns = name.patterns(fields_of("a+b"));
  REQUIRE(patterns.size() == 3);
  CHECK(patterns[0].is_fixed);
  CHECK(patterns[0].text == "cam.a+b");
  CHECK_FALSE(patterns[1].is_fixed);
  const std::regex last(patterns[2].regex);
  CHECK(std::regex_match("11-22_07.wav", last));
  CHECK(std::regex_match("01-02_1234.wav", last));
  for (const char* other : {"11-22_7.wav", "11-22_07.wav.part", "11-22_07xwav", "x11-22_07.wav", "11-22_07-2.flac"}) {
    CAPTURE(other);
    CHECK_FALSE(std::regex_match(other, last));
  }
  CHECK(RecordingName("/a/b", true).patterns({}).front().text.empty());
}
