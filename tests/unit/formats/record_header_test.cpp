#include "formats/record_header.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

using namespace astream;
using nlohmann::json;

namespace {

std::string header_of(const Window& window) {
  WindowHeaderBuffer buffer;
  return std::string(window_header(window, buffer));
}

Window window_of(const std::vector<float>& samples, AudioFormat format) {
  Window window;
  window.format = format;
  window.samples = samples;
  window.valid_samples = window.sample_count();
  return window;
}

/// What the header must say, made the slow way.
json expected_record(const Window& window) {
  json data = {{"stream", window.stream},          {"window", window.window},
               {"sample", window.sample},          {"time", window.time_s},
               {"samples", window.sample_count()}, {"channels", window.format.channels},
               {"rate", window.format.rate_hz},    {"valid", window.valid_samples}};
  if (window.gap_samples != 0) data["gap"] = window.gap_samples;
  if (window.dropped_samples != 0) data["dropped"] = window.dropped_samples;
  if (window.reconnects != 0) data["reconnects"] = window.reconnects;
  if (window.wallclock_us) data["wallclock"] = wallclock_text(*window.wallclock_us);
  if (window.epoch) data["epoch"] = *window.epoch;
  return {{"type", "window"}, {"data", data}, {"payload_length", window.samples.size_bytes()}};
}

void check_line(const std::string& line) {
  CAPTURE(line);
  CHECK(line.size() % 4 == 0);
  CHECK(line.back() == '\n');
  CHECK(line.find('\n') == line.size() - 1);
}

}  // namespace

TEST_CASE("record_header: a window, byte for byte") {
  const std::vector<float> samples(16000);
  Window window = window_of(samples, {16000, 1});
  window.window = 17;
  window.sample = 136000;
  window.time_s = 8.5;
  CHECK(header_of(window) ==
        R"({"type":"window","data":{"stream":0,"window":17,"sample":136000,"time":8.5,"samples":16000,"channels":1,)"
        R"("rate":16000,"valid":16000},"payload_length":64000})"
        "\n");
}

TEST_CASE("record_header: what applies only sometimes, byte for byte") {
  const std::vector<float> samples(4);
  Window window = window_of(samples, {48000, 2});
  window.stream = 3;
  window.valid_samples = 1;
  window.gap_samples = 480;
  window.dropped_samples = 96;
  window.reconnects = 2;
  window.wallclock_us = 1'700'000'000'000'007;
  window.epoch = 0;
  CHECK(header_of(window) ==
        R"({"type":"window","data":{"stream":3,"window":0,"sample":0,"time":0.0,"samples":2,"channels":2,"rate":48000,)"
        R"("valid":1,"gap":480,"dropped":96,"reconnects":2,"wallclock":"2023-11-14T22:13:20.000007Z","epoch":0},)"
        R"("payload_length":16})"
        "   \n");
}

TEST_CASE("record_header: agrees with a JSON library for random values") {
  std::mt19937_64 random(1);
  const std::vector<float> samples(257);
  std::string longest;
  const auto any = [&] {
    // All magnitudes, not just huge numbers.
    const auto value = static_cast<int64_t>(random() >> (random() % 64));
    return random() % 2 == 0 ? value : -value;
  };
  for (int i = 0; i < 20'000; ++i) {
    Window window = window_of(samples, {1 + static_cast<int>(random() % 6'144'000), 1});
    window.stream = any();
    window.window = any();
    window.sample = any();
    window.time_s = static_cast<double>(window.sample) / window.format.rate_hz;
    window.valid_samples = any();
    if (random() % 2 == 0) window.gap_samples = any();
    if (random() % 2 == 0) window.dropped_samples = any();
    if (random() % 2 == 0) window.reconnects = any();
    if (random() % 2 == 0) window.wallclock_us = static_cast<int64_t>(random() % 4'000'000'000'000'000);
    if (random() % 2 == 0) window.epoch = any();
    const std::string line = header_of(window);
    check_line(line);
    REQUIRE(json::parse(line) == expected_record(window));
  }
}

TEST_CASE("record_header: extremes fit and read back") {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const std::vector<float> samples(1);
  for (const int64_t value : {kMin, kMax, int64_t{-1}, int64_t{0}}) {
    Window window = window_of(samples, {std::numeric_limits<int>::max(), 1});
    window.stream = window.window = window.sample = window.valid_samples = value;
    window.gap_samples = window.dropped_samples = window.reconnects = value;
    window.epoch = value;
    window.wallclock_us = 253'402'300'799'999'999;
    window.time_s = -std::numeric_limits<double>::max();
    const std::string line = header_of(window);
    CHECK(line.size() < kWindowHeaderBytes);
    CHECK(json::parse(line) == expected_record(window));
    window.wallclock_us = value;
    const json record = json::parse(header_of(window));
    CHECK(record["data"].contains("wallclock") == (value == 0 || value == -1));
  }
}

TEST_CASE("record_header: times are the shortest text, always a JSON number with a point or an exponent") {
  const std::vector<float> samples(1);
  Window window = window_of(samples, {44100, 1});
  const auto time_of = [&](double time_s) {
    window.time_s = time_s;
    const std::string line = header_of(window);
    const size_t from = line.find("\"time\":") + 7;
    return line.substr(from, line.find(',', from) - from);
  };
  CHECK(time_of(0) == "0.0");
  CHECK(time_of(8) == "8.0");
  CHECK(time_of(0.1) == "0.1");
  CHECK(time_of(1.0 / 3) == "0.3333333333333333");
  CHECK(time_of(1e-7) == "1e-07");
  CHECK(json::parse(time_of(1e-7)) == 1e-7);
  CHECK(json::parse(time_of(1e22)).is_number_float());
  CHECK(time_of(std::nan("")) == "null");
  CHECK(time_of(INFINITY) == "null");
}

TEST_CASE("record_header: wall clock") {
  CHECK(wallclock_text(0) == "1970-01-01T00:00:00.000000Z");
  CHECK(wallclock_text(-1) == "1969-12-31T23:59:59.999999Z");
  CHECK(wallclock_text(951'782'400'000'000) == "2000-02-29T00:00:00.000000Z");
  CHECK(wallclock_text(1'709'251'199'999'999) == "2024-02-29T23:59:59.999999Z");
  CHECK(wallclock_text(-62'167'219'200'000'000) == "0000-01-01T00:00:00.000000Z");
  CHECK(wallclock_text(253'402'300'799'999'999) == "9999-12-31T23:59:59.999999Z");
  CHECK(wallclock_text(-62'167'219'200'000'001).empty());
  CHECK(wallclock_text(253'402'300'800'000'000).empty());
}

TEST_CASE("record_header: the set's records, byte for byte") {
  CHECK(set_start_header({"astream 0.1.0"}) ==
        R"({"type":"set-start","data":{"version":1,"generator":"astream 0.1.0"}})"
        "  \n");
  CHECK(set_end_header({.streams = 3, .failed = 1, .windows = 40, .samples = 640000, .elapsed_s = 1.25}) ==
        R"({"type":"set-end","data":{"streams":3,"failed":1,"windows":40,"samples":640000,"elapsed":1.25}})"
        "\n");
}

TEST_CASE("record_header: a stream's start, byte for byte") {
  StreamStart start;
  start.stream = 2;
  start.uri = "song.mp3";
  start.label = "song";
  start.format = {16000, 1};
  start.plan = {16000, 8000, Tail::crop};
  start.duration_s = 3.5;
  start.source.format = {44100, 2};
  start.source.container = "mp3";
  start.source.codec = "mp3float";
  start.source.bits = 16;
  start.source.tags = {{"title", "\"A\"\n\xC3\xA9"}};
  const std::string line = stream_start_header(start);
  check_line(line);
  CHECK(line.substr(0, line.find_last_not_of(" \n") + 1) ==
        R"({"type":"stream-start","data":{"stream":2,"uri":"song.mp3","label":"song","rate":16000,"channels":1,)"
        R"("window":16000,"hop":8000,"tail":"crop","live":false,"duration":3.5,"source":{"container":"mp3",)"
        R"("codec":"mp3float","rate":44100,"channels":2,"bits":16},"tags":{"title":"\"A\"\n)"
        "\xC3\xA9\"}}}");
}

TEST_CASE("record_header: what is not known is left out of a stream's start") {
  StreamStart start;
  start.is_live = true;
  start.plan.tail = Tail::drop;
  const json data = json::parse(stream_start_header(start))["data"];
  CHECK_FALSE(data.contains("duration"));
  CHECK(data["source"] == json::object());
  CHECK(data["tags"] == json::object());
  CHECK(data["live"] == true);
  CHECK(data["tail"] == "drop");
}

TEST_CASE("record_header: text that is no UTF-8 does not break a record") {
  StreamInfo info;
  info.time_s = 2;
  info.tags = {{"title", "caf\xE9"}};
  const std::string line = stream_info_header(info);
  check_line(line);
  CHECK(json::parse(line)["data"]["tags"]["title"] == "caf\xEF\xBF\xBD");
  CHECK(line.find(R"("data":{"stream":0,"time":2.0,"tags":{)") != std::string::npos);
}

TEST_CASE("record_header: errors and ends, byte for byte") {
  StreamError error{.stream = 1, .uri = "x.wav", .kind = ErrorKind::open, .message = "no such file", .hint = ""};
  CHECK(stream_error_header(error) ==
        R"({"type":"stream-error","data":{"stream":1,"uri":"x.wav","kind":"open","message":"no such file","hint":""}})"
        " \n");
  StreamEnd end{.stream = 1, .reason = EndReason::lost, .windows = 4, .samples = 5, .gap_samples = 6};
  end.dropped_samples = 7;
  end.reconnects = 8;
  const std::string head =
      R"({"type":"stream-end","data":{"stream":1,"reason":"lost","windows":4,"samples":5,"gap":6,"dropped":7,"reconnects":8)";
  CHECK(stream_end_header(end).substr(0, head.size() + 2) == head + "}}");
  end.corrupt_packets = 9;
  CHECK(stream_end_header(end).substr(0, head.size() + 14) == head + R"(,"corrupt":9}})");
  end.overflows = 10;
  CHECK(stream_end_header(end).substr(0, head.size() + 29) == head + R"(,"corrupt":9,"overflows":10}})");
  check_line(stream_end_header(end));
}
