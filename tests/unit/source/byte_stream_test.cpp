#include "source/byte_stream_source.hpp"

#include <doctest/doctest.h>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "support/source_reading.hpp"
#include "support/stdin_from.hpp"
#include "support/temp_dir.hpp"
#include "support/wav_bytes.hpp"

using namespace astream;
using namespace astream::test;

namespace {

Input input_of(const std::string& uri) {
  return {uri, false, {}, Origin::user};
}

Error failure_of(const std::string& uri) {
  try {
    const auto source = uri.starts_with("exec:") ? open_exec(input_of(uri), {}) : open_stdin(input_of(uri), {});
    read_samples(*source);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::internal, "nothing was thrown"};
}

/// A record stream of two streams of four samples each, as formats/RECORDS.md has it.
std::string two_streams() {
  std::string bytes = "{\"type\":\"set-start\",\"data\":{\"version\":1,\"generator\":\"test\"}}\n";
  for (int stream = 0; stream < 2; ++stream) {
    const std::string number = std::to_string(stream);
    bytes += "{\"type\":\"stream-start\",\"data\":{\"stream\":" + number +
             ",\"uri\":\"x\",\"label\":\"x\",\"rate\":8000,\"channels\":1,\"window\":4,\"hop\":4,\"tail\":\"pad\","
             "\"live\":false}}\n";
    bytes += "{\"type\":\"window\",\"data\":{\"stream\":" + number +
             ",\"window\":0,\"sample\":0,\"time\":0,\"samples\":4,\"channels\":1,\"rate\":8000,\"valid\":4},"
             "\"payload_length\":16}\n";
    for (int i = 0; i < 4; ++i) {
      const auto value = static_cast<float>(4 * stream + i);
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    bytes += "{\"type\":\"stream-end\",\"data\":{\"stream\":" + number +
             ",\"reason\":\"end\",\"windows\":1,\"samples\":4,\"gap\":0,\"dropped\":0,\"reconnects\":0}}\n";
  }
  return bytes +
         "{\"type\":\"set-end\",\"data\":{\"streams\":2,\"failed\":0,\"windows\":2,\"samples\":8,\"elapsed\":0}}\n";
}

const std::string kWav = wav_file(s16_body(s16_ramp(2000)), 8000, 1, 16);

}  // namespace

TEST_CASE("stdin: a container, from a file and from a pipe") {
  const TempDir dir;
  const std::string path = dir.write("a.wav", kWav);
  SUBCASE("a file can be sought in") {
    const StdinFrom redirected(path);
    const auto source = open_stdin(input_of("-"), {});
    CHECK_FALSE(source->info().may_wait);
    CHECK(read_samples(*source) == s16_floats(s16_ramp(2000)));
    REQUIRE(source->seek(1998));
    CHECK(read_samples(*source).size() == 2);
  }
  SUBCASE("a pipe can't") {
    const StdinFrom piped(StdinFrom::Pipe{kWav});
    const auto source = open_stdin(input_of("-"), {});
    CHECK(source->info().may_wait);
    CHECK(read_samples(*source) == s16_floats(s16_ramp(2000)));
    CHECK_FALSE(source->seek(0));
  }
}

TEST_CASE("stdin: raw samples") {
  const StdinFrom piped(StdinFrom::Pipe{s16_body(s16_ramp(300, 2))});
  SUBCASE("two channels") {
    const auto source = open_stdin(input_of("-?format=s16le&rate=44.1k&channels=2"), {});
    CHECK(source->info().format == AudioFormat{44100, 2});
    CHECK(read_samples(*source) == s16_floats(s16_ramp(300, 2)));
  }
  SUBCASE("one is the default") {
    const auto source = open_stdin(input_of("-?rate=8000&format=s16le"), {});
    CHECK(source->info().format == AudioFormat{8000, 1});
    CHECK(read_samples(*source) == s16_floats(s16_ramp(600)));
  }
}

TEST_CASE("stdin: raw samples of any number of channels, none of which has a name") {
  for (const int channels : {1, 2, 3, 6, 9, 11, 16, 64, 256}) {
    CAPTURE(channels);
    const StdinFrom piped(StdinFrom::Pipe{s16_body(s16_ramp(10, channels))});
    const auto source = open_stdin(input_of("-?format=s16le&rate=8000&channels=" + std::to_string(channels)), {});
    CHECK(source->info().format.channels == channels);
    CHECK_FALSE(source->layout_mix(1));
    CHECK(read_samples(*source) == s16_floats(s16_ramp(10, channels)));
  }
}

TEST_CASE("stdin: raw options that can't be are refused") {
  const StdinFrom piped(StdinFrom::Pipe{"xxxx"});
  for (const char* query : {"-?rate=8000", "-?format=mp3&rate=8000", "-?format=s16le", "-?format=s16le&rate=0",
                            "-?format=s16le&rate=8000&channels=0", "-?format=s16le&rate=8000&channels=x",
                            "-?format=s16le&rate=8000&channels=257", "-?format=s16le&rate=8000&chanels=2"}) {
    CAPTURE(query);
    const Error error = failure_of(query);
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_FALSE(error.message().empty());
  }
  CHECK(failure_of("-?format=s16le&rate=8000&chanels=2").message() == "unknown option 'chanels'");
}

TEST_CASE("stdin: empty, and no audio") {
  SUBCASE("empty") {
    const StdinFrom piped(StdinFrom::Pipe{""});
    CHECK(failure_of("-").message() == "nothing came: the input is empty");
  }
  SUBCASE("text") {
    const StdinFrom piped(StdinFrom::Pipe{std::string(3000, 'x')});
    CHECK(failure_of("-").kind() == ErrorKind::open);
  }
}

TEST_CASE("stdin: a record stream is told by its first bytes; each of its streams is one") {
  const StdinFrom piped(StdinFrom::Pipe{two_streams()});
  const auto first = open_stdin(input_of("-"), {});
  CHECK(first->info().format == AudioFormat{8000, 1});
  CHECK(read_samples(*first) == std::vector<float>{0, 1, 2, 3});
  const auto second = first->next_stream();
  REQUIRE(second);
  CHECK(read_samples(*second) == std::vector<float>{4, 5, 6, 7});
  CHECK_FALSE(second->next_stream());
}

TEST_CASE("exec: the output of a command") {
  const TempDir dir;
  const std::string path = dir.write("a.wav", kWav);
  const auto source = open_exec(input_of("exec:cat '" + path + "'"), {});
  CHECK(source->info().may_wait);
  CHECK(read_samples(*source) == s16_floats(s16_ramp(2000)));
  CHECK(source->read(Clock::now()).kind == ReadKind::end);
}

TEST_CASE("exec: a record stream of several streams") {
  const TempDir dir;
  const std::string path = dir.write("records", two_streams());
  const auto first = open_exec(input_of("exec:cat '" + path + "'"), {});
  CHECK(read_samples(*first) == std::vector<float>{0, 1, 2, 3});
  const auto second = first->next_stream();
  REQUIRE(second);
  CHECK(read_samples(*second) == std::vector<float>{4, 5, 6, 7});
  CHECK_FALSE(second->next_stream());
}

TEST_CASE("exec: a command that fails is an Error, before its output and behind it") {
  const TempDir dir;
  const std::string path = dir.write("a.wav", kWav);
  CHECK(failure_of("exec:exit 3").message() == "the program ended with status 3");
  CHECK(failure_of("exec:cat '" + path + "'; exit 4").message() == "the program ended with status 4");
  CHECK(failure_of("exec:cat '" + path + "'; kill -9 $$").message() == "the program was ended by signal 9");
  CHECK(failure_of("exec:true").message() == "the program wrote nothing");
  CHECK(failure_of("exec:").kind() == ErrorKind::usage);
}

TEST_CASE("exec: a source that is dropped in the middle ends its command") {
  // The command never ends by itself: the test hangs if it is waited for without being ended.
  const TempDir dir;
  const std::string path = dir.write("head", wav_file("", 8000, 1, 16, 1, 0xFFFFFFFFLL));
  const auto source = open_exec(input_of("exec:cat '" + path + "' /dev/zero"), {});
  const ReadResult result = source->read(Clock::now());
  REQUIRE(result.kind == ReadKind::data);
  CHECK(result.samples[0] == 0);
}
