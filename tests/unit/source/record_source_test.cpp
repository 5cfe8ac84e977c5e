#include "source/record_source.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "support/signals.hpp"

using namespace astream;
using nlohmann::json;

namespace {

/// Writes record streams as a program would.
struct Records {
  std::string bytes;

  Records& add(const std::string& type, const json& data, const std::vector<float>& payload = {}) {
    json head{{"type", type}, {"data", data}};
    const size_t size = payload.size() * sizeof(float);
    if (size > 0) head["payload_length"] = size;
    bytes += head.dump() + "\n";
    bytes.append(reinterpret_cast<const char*>(payload.data()), size);
    return *this;
  }
  Records& start_set() { return add("set-start", {{"version", 1}}); }
  Records& start(int stream, int channels = 1) {
    return add("stream-start", {{"stream", stream},
                                {"uri", "in" + std::to_string(stream)},
                                {"label", "l" + std::to_string(stream)},
                                {"rate", 8000},
                                {"channels", channels},
                                {"live", false},
                                {"source", {{"container", "flac"}, {"codec", "flac"}, {"bits", 16}}},
                                {"tags", {{"title", "T"}}}});
  }
  /// A window of the ramp: the value of a sample is its position.
  Records& window(int stream, int64_t sample, int64_t samples, json more = json::object(), int channels = 1) {
    json data{{"stream", stream},     {"sample", sample}, {"samples", samples},
              {"channels", channels}, {"rate", 8000},     {"valid", samples}};
    if (more.is_object()) data.update(more);
    return add("window", data, test::ramp(samples, channels, sample));
  }
  Records& end(int stream, const std::string& reason = "end") {
    return add("stream-end", {{"stream", stream}, {"reason", reason}});
  }
  Records& error(int stream, const std::string& kind = "network") {
    return add("stream-error",
               {{"stream", stream}, {"uri", "in"}, {"kind", kind}, {"message", "it broke"}, {"hint", "mend it"}});
  }
  Records& end_set() { return add("set-end", {{"streams", 1}}); }
};

RecordReader reader_of(std::string bytes, size_t chunk_bytes) {
  return RecordReader([bytes = std::move(bytes), chunk_bytes, at = size_t{0}](std::byte* to, size_t size) mutable {
    const size_t count = std::min({size, chunk_bytes, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return count;
  });
}

std::unique_ptr<Source> open(const Records& records, size_t chunk_bytes = 1000) {
  return open_record_stream(reader_of(records.bytes, chunk_bytes), {"-", false, {}, Origin::user}, {});
}

/// What a source gives, as text: "0-99" a run of the ramp, "gap 5", "format 8000/2", "tags a=b", "end" or "network:
/// message".
std::string story(Source& source) {
  std::string text;
  int64_t first = 0;
  int64_t next = 0;
  const auto close_run = [&] {
    if (next > first) text += std::to_string(first) + "-" + std::to_string(next - 1) + " ";
    first = next = 0;
  };
  while (true) {
    try {
      const ReadResult result = source.read({});
      if (result.kind != ReadKind::data) close_run();
      switch (result.kind) {
        case ReadKind::data: {
          const auto channels = static_cast<size_t>(source.info().format.channels);
          REQUIRE(result.samples.size() % channels == 0);
          REQUIRE_FALSE(result.samples.empty());
          for (size_t i = 0; i < result.samples.size(); i += channels) {
            const auto value = static_cast<int64_t>(result.samples[i]);
            if (next == first) first = next = value;
            REQUIRE(value == next);
            ++next;
          }
          break;
        }
        case ReadKind::gap:
          text += "gap " + std::to_string(result.gap_samples) + " ";
          break;
        case ReadKind::format_changed:
          text +=
              "format " + std::to_string(result.format.rate_hz) + "/" + std::to_string(result.format.channels) + " ";
          break;
        case ReadKind::tags:
          for (const auto& [key, value] : result.tags) text += "tags " + key + "=" + value + " ";
          break;
        case ReadKind::would_block:  // a record of another stream
          break;
        case ReadKind::end:
          CHECK(source.read({}).kind == ReadKind::end);
          return text + "end";
      }
    } catch (const Error& error) {
      close_run();
      CHECK(source.read({}).kind == ReadKind::end);
      return text + std::string(kind_name(error.kind())) + ": " + error.message();
    }
  }
}

std::string story(const Records& records) {
  return story(*open(records));
}

/// Catches what is logged.
struct LogCatcher {
  std::vector<std::string> lines;
  LogCatcher() {
    set_log_sink([this](LogLevel, std::string_view line) { lines.emplace_back(line); });
  }
  ~LogCatcher() { set_log_sink({}); }
};

Records one_stream() {
  return Records().start_set().start(0);
}

}  // namespace

TEST_CASE("records: windows side by side are joined") {
  CHECK(story(one_stream().window(0, 0, 100).window(0, 100, 100).end(0).end_set()) == "0-199 end");
  CHECK(story(one_stream().end(0).end_set()) == "end");
}

TEST_CASE("records: what the stream says of itself") {
  const auto source = open(Records().start_set().start(3, 2).end(3).end_set());
  const SourceInfo& info = source->info();
  CHECK(info.format == AudioFormat{8000, 2});
  CHECK(info.label_hint == "l3");
  CHECK(info.container == "flac");
  CHECK(info.codec == "flac");
  CHECK(info.bits == 16);
  CHECK(info.tags == Tags{{"title", "T"}});
  CHECK(info.may_wait);
  CHECK_FALSE(info.is_live);
  const auto bare = open(
      Records().add("stream-start", {{"stream", 0}, {"uri", "a.wav"}, {"rate", 1}, {"channels", 1}, {"live", true}}));
  CHECK(bare->info().label_hint == "a.wav");
  CHECK(bare->info().is_live);
  CHECK(bare->info().container == "records");
}

TEST_CASE("records: overlapping windows give each sample once") {
  CHECK(story(one_stream().window(0, 0, 100).window(0, 50, 100).window(0, 100, 100).end(0).end_set()) == "0-199 end");
  CHECK(story(one_stream().window(0, 0, 100).window(0, 10, 50).window(0, 90, 100).end(0).end_set()) == "0-189 end");
  CHECK(story(Records().start_set().start(0, 2).window(0, 0, 100, {}, 2).window(0, 1, 100, {}, 2).end(0).end_set()) ==
        "0-100 end");
}

TEST_CASE("records: padding is left out") {
  CHECK(story(one_stream().window(0, 0, 100).window(0, 50, 100, {{"valid", 70}}).end(0).end_set()) == "0-119 end");
  CHECK(story(one_stream().window(0, 0, 100).window(0, 50, 100, {{"valid", 10}}).end(0).end_set()) == "0-99 end");
}

TEST_CASE("records: jumps are gaps") {
  CHECK(story(one_stream().window(0, 0, 100).window(0, 300, 100).end(0).end_set()) == "0-99 gap 200 300-399 end");
  // With a gap upstream the position has moved: it is not counted twice.
  CHECK(story(one_stream().window(0, 0, 100, {{"valid", 80}}).window(0, 180, 100, {{"gap", 100}}).end(0).end_set()) ==
        "0-79 gap 100 180-279 end");
  // A writer that did not move the position.
  CHECK(story(one_stream().window(0, 0, 100).window(0, 100, 100, {{"gap", 7}}).end(0).end_set()) ==
        "0-99 gap 7 100-199 end");
  CHECK(story(one_stream().window(0, 500, 100, {{"gap", 500}}).end(0).end_set()) == "gap 500 500-599 end");
  CHECK(story(one_stream().window(0, 500, 100).end(0).end_set()) == "500-599 end");
}

TEST_CASE("records: a change of format") {
  const auto changed =
      one_stream().window(0, 0, 10).window(0, 10, 10, {{"rate", 16000}, {"channels", 2}}, 2).end(0).end_set();
  const auto source = open(changed);
  CHECK(story(*source) == "0-9 format 16000/2 10-19 end");
  CHECK(source->info().format == AudioFormat{16000, 2});
}

TEST_CASE("records: tags that change, and records of later versions") {
  auto records = one_stream().window(0, 0, 10).add("stream-info", {{"stream", 0}, {"tags", {{"title", "New"}}}});
  records.add("from-the-future", {{"stream", 9}}, {1, 2, 3}).window(0, 10, 10).end(0).end_set();
  const auto source = open(records);
  CHECK(story(*source) == "0-9 tags title=New 10-19 end");
  CHECK(source->info().tags.at("title") == "New");
}

TEST_CASE("records: any chunking of the bytes") {
  const auto records = one_stream().window(0, 0, 100).window(0, 50, 100).window(0, 300, 10).end(0).end_set();
  for (size_t chunk_bytes = 1; chunk_bytes < 64; chunk_bytes += 7) {
    CHECK(story(*open(records, chunk_bytes)) == "0-149 gap 150 300-309 end");
  }
}

TEST_CASE("records: streams one after the other") {
  auto records =
      one_stream().window(0, 0, 10).end(0).start(1, 2).window(1, 0, 20, {}, 2).end(1).start(2).end(2).end_set();
  const auto first = open(records);
  CHECK(story(*first) == "0-9 end");
  const auto second = first->next_stream();
  REQUIRE(second);
  CHECK(second->info().label_hint == "l1");
  CHECK(second->info().format.channels == 2);
  const auto third = second->next_stream();  // the second was not read
  REQUIRE(third);
  CHECK(third->info().label_hint == "l2");
  CHECK(story(*third) == "end");
  CHECK_FALSE(third->next_stream());
  CHECK_FALSE(third->next_stream());
}

TEST_CASE("records: sets one after the other (cat a b)") {
  auto records = one_stream().window(0, 0, 10).end(0).end_set().start_set().start(0).window(0, 0, 5).end(0).end_set();
  const auto first = open(records);
  CHECK(story(*first) == "0-9 end");
  const auto second = first->next_stream();
  REQUIRE(second);
  CHECK(story(*second) == "0-4 end");
  CHECK_FALSE(second->next_stream());
}

TEST_CASE("records: a stream that failed upstream fails here") {
  const LogCatcher logged;
  const auto records = one_stream().window(0, 0, 10).error(0).end(0, "error").start(1).window(1, 0, 5).end(1).end_set();
  const auto first = open(records);
  CHECK(story(*first) == "0-9 network: it broke");
  const auto second = first->next_stream();
  REQUIRE(second);
  CHECK(story(*second) == "0-4 end");
  CHECK(story(one_stream().end(0, "error").end_set()) == "decode: the stream failed upstream");
  CHECK(story(one_stream().end(0, "lost").end_set()) == "network: the source was lost upstream");
  CHECK(logged.lines.empty());
}

TEST_CASE("records: an error that upstream got over is a warning") {
  const LogCatcher logged;
  CHECK(story(one_stream().window(0, 0, 10).error(0).window(0, 10, 10).end(0).end_set()) == "0-19 end");
  REQUIRE(logged.lines.size() == 1);
  CHECK(logged.lines[0] == "in: it broke (mend it)");
  CHECK(story(one_stream().window(0, 0, 10).end(0, "interrupted").end_set()) == "0-9 end");
  CHECK(logged.lines.size() == 2);
}

TEST_CASE("records: inputs that could not be opened upstream fail here, the others go on") {
  auto records =
      Records().start_set().error(0, "open").start(1).window(1, 0, 10).end(1).error(2).error(3, "usage").end_set();
  auto source = open(records);
  CHECK(source->info().format.is_known());
  try {
    source->read({});
    FAIL("the failure was lost");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::open);
    CHECK(error.uri() == "in");
    CHECK(error.hint() == "mend it");
  }
  source = source->next_stream();
  CHECK(story(*source) == "0-9 end");
  source = source->next_stream();
  CHECK(story(*source) == "network: it broke");
  source = source->next_stream();
  CHECK(source->info().format == AudioFormat{8000, 1});
  source = source->next_stream();  // not read, and gone all the same
  CHECK_FALSE(source);
}

TEST_CASE("records: a cut gives what came, then an error") {
  const std::string whole = one_stream().window(0, 0, 10).window(0, 10, 10).end(0).end_set().bytes;
  const std::string before_windows = one_stream().bytes;
  for (size_t size = before_windows.size(); size < whole.size(); ++size) {
    CAPTURE(size);
    Records cut;
    cut.bytes = whole.substr(0, size);
    const auto source = open(cut);
    const std::string text = story(*source);
    const auto following = source->next_stream();
    if (text.ends_with("end")) {
      REQUIRE(following);  // the end of the set is missing
      CHECK(story(*following).starts_with("decode: "));
      CHECK_FALSE(following->next_stream());
    } else {
      CHECK(text.find("decode: ") != std::string::npos);
      CHECK_FALSE(following);
    }
  }
  Records cut;
  cut.bytes = whole.substr(0, whole.find("\"sample\":10"));
  CHECK(story(cut).starts_with("0-9 decode: "));
}

TEST_CASE("records: streams side by side are read in turn") {
  auto mixed =
      Records().start_set().start(0).window(0, 0, 10).start(1).window(1, 0, 10).window(0, 10, 10, {{"gap", 2}});
  mixed.window(1, 10, 10).window(1, 20, 10).end(1).start(2).window(2, 0, 10).window(0, 20, 10).end(0).end(2).end_set();
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(open(mixed));
  std::vector<std::string> told(3);
  size_t ended = 0;
  for (int turn = 0; ended < 3; ++turn) {
    REQUIRE(turn < 100);
    for (size_t i = 0; i < sources.size(); ++i) {
      if (!sources[i]) continue;
      const ReadResult result = sources[i]->read({});
      if (result.kind == ReadKind::data) {
        told[i] += std::to_string(static_cast<int>(result.samples.front())) + "+" +
                   std::to_string(result.samples.size()) + " ";
      }
      if (result.kind == ReadKind::gap) told[i] += "gap ";
      while (auto sibling = sources[i]->take_sibling()) sources.push_back(std::move(sibling));
      if (result.kind != ReadKind::end) continue;
      ++ended;
      CHECK_FALSE(sources[i]->next_stream());
      sources[i].reset();
    }
  }
  CHECK(told == std::vector<std::string>{"0+10 gap 10+10 20+10 ", "0+10 10+10 20+10 ", "0+10 "});
}

TEST_CASE("records: a stream that was left beside another one does not hold it up") {
  auto mixed = Records().start_set().start(0).window(0, 0, 10).start(1).window(1, 0, 10).window(0, 10, 10);
  mixed.window(1, 10, 10).end(1).window(0, 20, 10).end(0).start(2).window(2, 0, 10).end(2).end_set();
  const auto first = open(mixed);
  CHECK(first->read({}).kind == ReadKind::data);
  CHECK(first->read({}).kind == ReadKind::would_block);
  const auto second = first->take_sibling();
  REQUIRE(second);
  CHECK_FALSE(first->next_stream());
  CHECK(story(*second) == "0-9 10-19 end");
  const auto third = second->next_stream();
  REQUIRE(third);
  CHECK(story(*third) == "0-9 end");
  CHECK_FALSE(third->next_stream());
}

TEST_CASE("records: shuffled windows are refused") {
  CHECK(story(one_stream().window(0, 100, 10).window(0, 0, 10)).find("out of order") != std::string::npos);
  CHECK(story(one_stream().window(0, 0, 10).window(0, 0, 10)).find("out of order") != std::string::npos);
}

TEST_CASE("records: damage") {
  for (const json& more :
       {json{{"samples", 9}}, json{{"valid", 11}}, json{{"valid", -1}}, json{{"sample", 1.5}}, json{{"sample", -5}},
        json{{"channels", 3}}, json{{"channels", 0}}, json{{"rate", 0}}, json{{"rate", "x"}}, json{{"channels", 257}},
        json{{"sample", uint64_t{1} << 63}}, json{{"gap", "x"}}}) {
    CAPTURE(more.dump());
    const auto source = open(one_stream().window(0, 0, 10, more).end(0).end_set());
    CHECK(story(*source).starts_with("decode: "));
    CHECK_FALSE(source->next_stream());
  }
  CHECK(story(one_stream().window(0, 0, 10).end_set()).find("decode: ") != std::string::npos);
  CHECK(story(one_stream().start(0)).find("twice") != std::string::npos);
}

TEST_CASE("records: no record stream, none in it, or a newer one") {
  Records junk;
  junk.bytes = "RIFF....WAVE\n";
  CHECK_THROWS_AS(open(junk), Error);
  CHECK_THROWS_AS(open(Records()), Error);
  CHECK_THROWS_AS(open(Records().start_set().end_set()), Error);
  CHECK_THROWS_AS(open(Records().start_set().window(0, 0, 10)), Error);
  CHECK_THROWS_AS(open(Records().add("set-start", {{"version", 2}}).start(0)), Error);
  CHECK_THROWS_AS(open(Records().add("stream-start", {{"stream", 0}})), Error);
  OpenOptions second_track;
  second_track.track = 2;
  CHECK_THROWS_AS(open_record_stream(reader_of(one_stream().bytes, 10), {}, second_track), Error);
}
