#include "formats/record_writer.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "base/record_reader.hpp"
#include "support/memory_sink.hpp"

using namespace astream;
using astream::test::MemorySink;

namespace {

StreamStart start_of(bool is_live, bool may_wait) {
  StreamStart start;
  start.format = {8000, 1};
  start.plan = {4, 4, Tail::pad};
  start.is_live = is_live;
  start.may_wait = may_wait;
  return start;
}

/// Two streams of three windows each.
void play(Receiver& receiver, const StreamStart& start) {
  const std::vector<float> samples{0.25F, -1, 1, 0};
  receiver.set_start({"test"});
  for (int64_t stream = 0; stream < 2; ++stream) {
    StreamStart numbered = start;
    numbered.stream = stream;
    receiver.stream_start(numbered);
    for (int64_t i = 0; i < 3; ++i) {
      Window window;
      window.stream = stream;
      window.window = i;
      window.sample = i * 4;
      window.format = start.format;
      window.valid_samples = 4;
      window.samples = samples;
      CHECK(receiver.window(window) == Flow::proceed);
    }
    receiver.stream_end({.stream = stream, .windows = 3, .samples = 12});
  }
  receiver.stream_error({2, "x", ErrorKind::open, "m", ""});
  receiver.set_end({.streams = 3, .failed = 1, .windows = 6, .samples = 24});
}

}  // namespace

TEST_CASE("record_writer: what it writes reads back, payloads aligned") {
  MemorySink sink;
  RecordWriter writer(sink);
  play(writer, start_of(false, false));
  size_t at = 0;
  RecordReader reader([&](std::byte* to, size_t size) {
    const size_t count = std::min(size, sink.bytes.size() - at);
    std::memcpy(to, sink.bytes.data() + at, count);
    at += count;
    return count;
  });
  Record record;
  std::vector<std::string> types;
  while (reader.next(record)) {
    types.push_back(record.type);
    if (record.type == "window") CHECK(record.samples()[1] == -1);
  }
  CHECK(types == std::vector<std::string>{"set-start", "stream-start", "window", "window", "window", "stream-end",
                                          "stream-start", "window", "window", "window", "stream-end", "stream-error",
                                          "set-end"});
  const std::string payload("\x00\x00\x80\x3e\x00\x00\x80\xbf\x00\x00\x80\x3f\x00\x00\x00\x00", 16);
  size_t found = sink.bytes.find(payload);
  REQUIRE(found != std::string::npos);
  CHECK(found % 4 == 0);
  CHECK(sink.bytes[found - 1] == '\n');
}

TEST_CASE("record_writer: stored input is flushed after the first window and at the end only") {
  MemorySink sink;
  RecordWriter writer(sink);
  play(writer, start_of(false, false));
  REQUIRE(sink.flushed_at.size() == 2);
  CHECK(sink.flushed_at[1] == sink.bytes.size());
  CHECK(sink.bytes.substr(0, sink.flushed_at[0]).find(R"("window":0)") != std::string::npos);
  CHECK(sink.bytes.substr(0, sink.flushed_at[0]).find(R"("window":1)") == std::string::npos);
}

TEST_CASE("record_writer: live and waiting inputs are flushed after each record") {
  for (const auto& start : {start_of(true, false), start_of(false, true)}) {
    MemorySink sink;
    RecordWriter writer(sink);
    play(writer, start);
    // Two streams of start, three windows and end each; then the bare error and the end.
    CHECK(sink.flushed_at.size() == 2 * 5 + 2);
  }
}

TEST_CASE("record_writer: a sink that fails is told to the caller") {
  MemorySink sink;
  sink.fail_at_write = 2;
  RecordWriter writer(sink);
  writer.set_start({"test"});
  writer.stream_start(start_of(false, false));
  Window window;
  window.format = {8000, 1};
  CHECK_THROWS_AS(writer.window(window), PipeClosed);
}
