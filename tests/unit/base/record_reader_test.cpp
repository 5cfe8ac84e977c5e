#include "base/record_reader.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"

using namespace astream;

namespace {

/// Reads `bytes` in chunks of at most `chunk_bytes`.
RecordReader reader_of(const std::string& bytes, size_t chunk_bytes = 1 << 20) {
  return RecordReader([bytes, chunk_bytes, at = size_t{0}](std::byte* to, size_t size) mutable {
    const size_t count = std::min({size, chunk_bytes, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return count;
  });
}

std::string float_bytes(const std::vector<float>& samples) {
  return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(float)};
}

std::string window_bytes(const std::vector<float>& samples) {
  return R"({"type":"window","data":{"stream":0,"channels":1},"payload_length":)" + std::to_string(samples.size() * 4) +
         "}  \n" + float_bytes(samples);
}

/// The message of the Error(decode) that reading all of `bytes` gives, "" when there is none.
std::string failure_of(const std::string& bytes) {
  auto reader = reader_of(bytes);
  Record record;
  try {
    while (reader.next(record)) {
    }
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::decode);
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("record_reader: the same records whatever the chunks") {
  std::vector<float> large(70'000);
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<float>(i);
  const std::string bytes = R"({"type":"set-start","data":{"version":1}})"
                            "\n" +
                            window_bytes({1, -2, 0.5}) + window_bytes(large) + window_bytes({7}) +
                            "{\"type\":\"set-end\"}\n";
  for (const size_t chunk_bytes : {size_t{1}, size_t{3}, size_t{4096}, size_t{65'537}, size_t{1} << 24}) {
    CAPTURE(chunk_bytes);
    auto reader = reader_of(bytes, chunk_bytes);
    Record record;
    REQUIRE(reader.next(record));
    CHECK(record.type == "set-start");
    CHECK(record.data["version"] == 1);
    CHECK(record.payload.empty());
    REQUIRE(reader.next(record));
    CHECK(record.type == "window");
    CHECK(std::vector<float>(record.samples().begin(), record.samples().end()) == std::vector<float>{1, -2, 0.5});
    CHECK(reinterpret_cast<uintptr_t>(record.payload.data()) % alignof(float) == 0);
    REQUIRE(reader.next(record));
    CHECK(std::vector<float>(record.samples().begin(), record.samples().end()) == large);
    REQUIRE(reader.next(record));
    CHECK(record.samples().size() == 1);
    CHECK(record.samples()[0] == 7);
    REQUIRE(reader.next(record));
    CHECK(record.type == "set-end");
    CHECK(record.data == nlohmann::json::object());
    CHECK_FALSE(reader.next(record));
    CHECK_FALSE(reader.next(record));
  }
}

TEST_CASE("record_reader: unknown keys and types, CRLF, blank lines, zero lengths") {
  auto reader = reader_of(
      "\r\n{\"new\":[1,{\"a\":null}],\"type\":\"later\",\"payload_length\":3,\"data\":{\"x\":{}}}\r\nab\n"
      "  \n{\"type\":\"a\",\"payload_length\":0,\"data\":null}\n"
      "{\"type\":\"b\",\"payload_length\":null}\n");
  Record record;
  REQUIRE(reader.next(record));
  CHECK(record.type == "later");
  CHECK(record.payload.size() == 3);
  CHECK(record.samples().empty());
  CHECK(record.data.contains("x"));
  REQUIRE(reader.next(record));
  CHECK(record.type == "a");
  CHECK(record.payload.empty());
  CHECK(record.data.empty());
  REQUIRE(reader.next(record));
  CHECK(record.type == "b");
  CHECK_FALSE(reader.next(record));
}

TEST_CASE("record_reader: data behind the header line, as Wyoming's writers put it") {
  auto reader = reader_of(
      "{\"type\":\"audio-chunk\",\"data\":{\"rate\":1,\"kept\":true},\"data_length\":14,\"payload_length\":4}\n"
      "{\"rate\":16000}abcd{\"type\":\"next\"}\n");
  Record record;
  REQUIRE(reader.next(record));
  CHECK(record.data["rate"] == 16000);
  CHECK(record.data["kept"] == true);
  CHECK(std::string(reinterpret_cast<const char*>(record.payload.data()), record.payload.size()) == "abcd");
  REQUIRE(reader.next(record));
  CHECK(record.type == "next");
}

TEST_CASE("record_reader: an empty input has no records") {
  CHECK(failure_of("").empty());
  CHECK(failure_of("\n\n").empty());
}

TEST_CASE("record_reader: damage is told with its place") {
  const std::string good = "{\"type\":\"a\"}\n";
  const auto is_told = [&](const std::string& bad, const std::string& what) {
    const std::string message = failure_of(good + bad);
    CAPTURE(message);
    return message.find(what) != std::string::npos && message.find("byte 13") != std::string::npos;
  };
  CHECK(is_told("RIFF....WAVE\n", "no JSON object"));
  CHECK(is_told("[1]\n", "no JSON object"));
  CHECK(is_told("{\"type\":1}\n", "no type"));
  CHECK(is_told("{}\n", "no type"));
  CHECK(is_told("{\"type\":\"a\"", "inside a header"));
  CHECK(is_told("{\"type\":\"a\",\"data\":[]}\n", "data is no JSON object"));
  CHECK(is_told("{\"type\":\"a\",\"payload_length\":-4}\nabcd", "no length"));
  CHECK(is_told("{\"type\":\"a\",\"payload_length\":\"4\"}\nabcd", "no length"));
  CHECK(is_told("{\"type\":\"a\",\"payload_length\":1.5}\nabcd", "no length"));
  CHECK(is_told("{\"type\":\"a\",\"payload_length\":2147483649}\n", "too large"));
  CHECK(is_told("{\"type\":\"a\",\"payload_length\":4}\nabc", "inside a payload"));
  CHECK(is_told("{\"type\":\"a\",\"payload_length\":2147483648}\nabc", "inside a payload"));
  CHECK(is_told("{\"type\":\"a\",\"data_length\":2}\n[]", "the data is no JSON object"));
  CHECK(is_told(std::string(RecordReader::kMaxHeaderBytes + 100, '{'), "too long"));
  CHECK(is_told(std::string(RecordReader::kMaxHeaderBytes + 100, '{') + "\n", "too long"));
}

TEST_CASE("record_reader: every truncation of a stream either ends cleanly between records or is an Error") {
  const std::string bytes = "{\"type\":\"a\"}\n" + window_bytes({1, 2, 3}) + "{\"type\":\"b\"}\n";
  const size_t second = 13;
  const size_t third = bytes.size() - 13;
  for (size_t length = 0; length <= bytes.size(); ++length) {
    CAPTURE(length);
    const bool is_boundary = length == 0 || length == second || length == third || length == bytes.size();
    CHECK(failure_of(bytes.substr(0, length)).empty() == is_boundary);
  }
}

TEST_CASE("record_reader: what the read function throws comes through") {
  RecordReader reader([](std::byte*, size_t) -> size_t { throw Error(ErrorKind::network, "cut"); });
  Record record;
  CHECK_THROWS_WITH(reader.next(record), "cut");
}
