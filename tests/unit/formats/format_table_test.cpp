#include "formats/format_table.hpp"

#include <doctest/doctest.h>

#include <set>

#include "support/memory_sink.hpp"

using namespace astream;
using astream::test::MemorySink;

TEST_CASE("format_table: names are unique, each row makes a writer that writes") {
  std::set<std::string_view> names;
  for (const FormatRow& row : format_table()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.description.empty());
    CHECK(find_format(row.name) == &row);
    MemorySink sink;
    const auto writer = make_writer(row.name, sink, {});
    const std::vector<float> samples{0.5F, 0.5F};
    StreamStart start;
    start.format = {8000, 1};
    start.plan = {2, 2, row.default_tail};
    Window window;
    window.format = start.format;
    window.valid_samples = 2;
    window.samples = samples;
    writer->set_start({"test"});
    writer->stream_start(start);
    CHECK(writer->window(window) == Flow::proceed);
    CHECK_FALSE(sink.flushed_at.empty());
    writer->stream_end({});
    writer->set_end({});
    CHECK_FALSE(sink.is_closed);
    CHECK(sink.flushed_at.back() == sink.bytes.size());
    CHECK((sink.bytes.find('\0') != std::string::npos) == row.is_binary);
  }
  CHECK(names == std::set<std::string_view>{"records", "f32le", "s16le", "wav", "text"});
}

TEST_CASE("format_table: an unknown name is a usage error that tells the known ones") {
  CHECK(find_format("mp3") == nullptr);
  MemorySink sink;
  try {
    make_writer("mp3", sink, {});
    FAIL("must throw");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.message() == "there is no format \"mp3\"");
    CHECK(error.hint() == "the formats are records, f32le, s16le, wav, text");
  }
}
