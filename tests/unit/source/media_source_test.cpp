#include "source/media_source.hpp"

#include <doctest/doctest.h>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "source/scheme_table.hpp"
#include "support/source_reading.hpp"
#include "support/temp_dir.hpp"
#include "support/wav_bytes.hpp"

using namespace astream;
using namespace astream::test;

namespace {

Input path_input(const std::string& path) {
  return {path, true, {}, Origin::user};
}

Error failure_of(const Input& input) {
  try {
    open_source(input, {});
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::internal, "nothing was thrown"};
}

}  // namespace

TEST_CASE("media_source: a file, whatever its name looks like") {
  const TempDir dir;
  const std::string bytes = wav_file(s16_body(s16_ramp(3000, 2)), 16000, 2, 16);
  for (const char* name :
       {"a.wav", "b c.wav", "100%41.wav", "a:b", "-dash.wav", "x?y=z#f", "caf\xe9.wav", "tone:440"}) {
    CAPTURE(name);
    const auto source = open_source(path_input(dir.write(name, bytes)), {});
    CHECK(source->info().format == AudioFormat{16000, 2});
    CHECK(source->info().container == "wav");
    CHECK(source->info().codec == "pcm_s16le");
    CHECK(source->info().layout == "stereo");
    CHECK(source->info().bits == 16);
    CHECK(source->info().tracks.size() == 1);
    CHECK_FALSE(source->info().may_wait);
    CHECK_FALSE(source->info().is_live);
    CHECK(*source->info().duration_s == doctest::Approx(3000 / 16000.0));
    CHECK(source->has_fast_seek());
    CHECK(read_samples(*source) == s16_floats(s16_ramp(3000, 2)));
    CHECK(source->end_sample() == 3000);
    REQUIRE(source->seek(2990));
    CHECK(read_samples(*source).size() == 20);
    CHECK_FALSE(source->next_stream());
  }
}

TEST_CASE("media_source: what can't be opened says why, and names the input") {
  const TempDir dir;
  const Error missing = failure_of(path_input(dir.file("none.wav")));
  CHECK(missing.kind() == ErrorKind::open);
  CHECK(missing.message() == "no such file");
  CHECK(missing.uri() == dir.file("none.wav"));
  const Error folder = failure_of(path_input(dir.path().string()));
  CHECK(folder.kind() == ErrorKind::open);
  CHECK(folder.message() == "it is a directory");
  CHECK(failure_of(path_input(dir.write("empty.wav", ""))).message() == "the file is empty");
  CHECK(failure_of(path_input(dir.write("text.mp3", "This is a letter.\n"))).message() ==
        "not audio or video that FFmpeg knows");
}

TEST_CASE("media_source: the options reach the target") {
  OpenOptions options;
  options.track = 2;
  options.is_tls_verified = false;
  options.connect_timeout = std::chrono::seconds(1);
  options.stall_timeout = std::chrono::seconds(2);
  const av::MediaTarget target = make_target("file:x", options);
  CHECK(target.url == "file:x");
  CHECK(target.track == 2);
  CHECK_FALSE(target.is_tls_verified);
  CHECK(target.connect_timeout == std::chrono::seconds(1));
  CHECK(target.stall_timeout == std::chrono::seconds(2));
  CHECK_FALSE(target.is_network);
  CHECK_FALSE(target.protocols.empty());
  options.cancel.request();
  CHECK(target.cancel.is_requested());
}

TEST_CASE("media_source: cancelled before it opens") {
  const TempDir dir;
  OpenOptions options;
  options.cancel.request();
  const Input http{"http://127.0.0.1:9/x.wav", false, {}, Origin::user};
  CHECK_THROWS_AS(open_source(http, options), Cancelled);
}

TEST_CASE("scheme_table: every row opens by its own scheme, and no scheme stands twice") {
  for (const SchemeRow& row : scheme_table()) {
    CAPTURE(row.scheme);
    CHECK(find_scheme(row.scheme) == &row);
    CHECK_FALSE(row.example.empty());
    CHECK_FALSE(row.description.empty());
    CHECK_FALSE((row.is_network && row.is_user_only));
  }
  CHECK(find_scheme("gopher") == nullptr);
}

TEST_CASE("scheme_table: an unknown scheme is refused with a hint, its secrets hidden") {
  const Error error = failure_of({"gopher://user:secret@host/x", false, {}, Origin::user});
  CHECK(error.kind() == ErrorKind::open);
  CHECK(error.message() == "'gopher:' is no input that this astream opens");
  CHECK_FALSE(error.hint().empty());
  CHECK(error.uri() == "gopher://***@host/x");
}

TEST_CASE("scheme_table: schemes are told whatever their case") {
  const auto source = open_source({"TONE:440?duration=0.01s", false, {}, Origin::user}, {});
  CHECK(source->info().container == "tone");
}
