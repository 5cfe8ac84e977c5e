#include "formats/text_writer.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "formats/text_cells.hpp"
#include "support/memory_sink.hpp"

using namespace astream;
using astream::test::MemorySink;

namespace {

StreamStart start_of(const std::string& label) {
  StreamStart start;
  start.label = label;
  start.format = {8000, 2};
  start.plan = {8, 8000, Tail::pad};
  start.duration_s = 205;
  start.source.codec = "mp3";
  return start;
}

Window window_of(const std::vector<float>& samples) {
  Window window;
  window.sample = 68000;
  window.time_s = 8.5;
  window.format = {8000, 2};
  window.samples = samples;
  window.valid_samples = window.sample_count();
  return window;
}

/// What one window writes behind a stream's start.
std::string line_of(const Window& window, const WriterOptions& options) {
  MemorySink sink;
  TextWriter writer(sink, options);
  writer.stream_start(start_of("song.mp3"));
  sink.bytes.clear();
  writer.window(window);
  return sink.bytes;
}

}  // namespace

TEST_CASE("text_writer: a run, byte for byte") {
  MemorySink sink;
  TextWriter writer(sink, {.width = 80});
  const std::vector<float> samples{1, 0.1F, -1, -0.1F};
  writer.set_start({"test"});
  writer.stream_start(start_of("song.mp3"));
  writer.window(window_of(samples));
  StreamInfo info;
  info.tags = {{"title", "One"}};
  writer.stream_info(info);
  StreamEnd end;
  end.windows = 1;
  end.samples = 72000;
  writer.stream_end(end);
  writer.stream_error({1, "gone.mp3", ErrorKind::open, "no such file", "check the name"});
  SetEnd set_end;
  set_end.streams = 2;
  set_end.failed = 1;
  set_end.windows = 1;
  set_end.elapsed_s = 0.25;
  writer.set_end(set_end);
  CHECK(sink.bytes ==
        "song.mp3: mp3, 8000 Hz, stereo, 3:25\n"
        "song.mp3              0:08.5  peak    0.0  rms    0.0 dBFS  ###################\n"
        "song.mp3: title: One\n"
        "song.mp3: end, 1 window, 0:09\n"
        "gone.mp3: error: no such file (check the name)\n"
        "total: 2 inputs, 1 failed, 1 window in 0.2 s\n");
}

TEST_CASE("text_writer: levels are of the loudest channel and of real samples only") {
  const std::vector<float> samples{0.1F, 0.5F, 0.1F, -0.5F, 0, 0, 0, 0};
  Window window = window_of(samples);
  window.valid_samples = 2;
  CHECK(line_of(window, {.width = 40}) == "song.mp3      0:08.5  peak   -6.0  rms   -6.0 dBFS\n");
  window.valid_samples = 4;
  CHECK(line_of(window, {.width = 40}) == "song.mp3      0:08.5  peak   -6.0  rms   -9.0 dBFS\n");
}

TEST_CASE("text_writer: silence and broken samples") {
  const std::string silence = "song.mp3      0:08.5  peak   -inf  rms   -inf dBFS\n";
  const std::vector<float> zeros(4);
  CHECK(line_of(window_of(zeros), {.width = 40}) == silence);
  CHECK(line_of(window_of(zeros), {.width = 80}).find("dBFS\n") != std::string::npos);
  const std::vector<float> broken{std::nanf(""), INFINITY, 0, 0};
  CHECK(line_of(window_of(broken), {.width = 40}) == silence);
}

TEST_CASE("text_writer: what is missing is said, and the line keeps to its width") {
  const std::vector<float> samples{1, 1};
  Window window = window_of(samples);
  window.gap_samples = 4000;
  window.dropped_samples = 800;
  const std::string line = line_of(window, {.width = 120});
  CHECK(line.find("#  gap 0.500 s  dropped 0.100 s\n") != std::string::npos);
  CHECK(line.size() == 120);  // the newline in the free column
}

TEST_CASE("text_writer: colours only when asked for") {
  const std::vector<float> loud{1, 1};
  const std::vector<float> middle{0.6F, 0};
  const std::vector<float> quiet{0.1F, 0};
  CHECK(line_of(window_of(loud), {.width = 80}).find('\x1b') == std::string::npos);
  const WriterOptions colored{.width = 80, .is_colored = true};
  CHECK(line_of(window_of(loud), colored).find("\x1b[31m#") != std::string::npos);
  CHECK(line_of(window_of(middle), colored).find("\x1b[33m#") != std::string::npos);
  CHECK(line_of(window_of(quiet), colored).find("\x1b[32m#") != std::string::npos);
}

TEST_CASE("text_writer: nothing from outside steers the terminal") {
  MemorySink sink;
  TextWriter writer(sink, {.width = 80, .is_utf8 = true});
  writer.stream_start(start_of("a\x1b[2J\nb"));
  StreamInfo info;
  info.tags = {{"title", "x\x1b]0;evil\x07\xC2\x9B\xE2\x80\xAEy\r\nz"}};
  writer.stream_info(info);
  CHECK(sink.bytes.find('\x1b') == std::string::npos);
  CHECK(sink.bytes.find('\x07') == std::string::npos);
  CHECK(sink.bytes.find('\r') == std::string::npos);
  CHECK(sink.bytes.find("a?[2J b: title: x?]0;evil???y  z\n") != std::string::npos);
}

TEST_CASE("text_writer: short hops get milliseconds") {
  MemorySink sink;
  TextWriter writer(sink, {.width = 40});
  StreamStart start = start_of("a");
  start.plan.hop_samples = 80;
  writer.stream_start(start);
  const std::vector<float> samples{1, 1};
  writer.window(window_of(samples));
  CHECK(sink.bytes.find(" 0:08.500  peak") != std::string::npos);
}

TEST_CASE("text_cells: columns, fitting and shortening in the middle") {
  CHECK(text_columns("abc") == 3);
  CHECK(text_columns("\xC3\xA9\xE6\xBC\xA2") == 3);  // e acute, a Chinese character
  CHECK(text_columns("e\xCC\x81") == 1);             // e and a combining acute
  CHECK(fit_text("abc", 5, false) == "abc  ");
  CHECK(fit_text("abcdefghij", 10, false) == "abcdefghij");
  CHECK(fit_text("abcdefghijk", 10, false) == "abcd..hijk");
  CHECK(fit_text("abcdefghijk", 10, true) == "abcde\u2026hijk");
  CHECK(text_columns(fit_text("\u6F22\u6F22\u6F22\u6F22\u6F22\u6F22", 8, true)) == 8);
  CHECK(printable_text("caf\xC3\xA9\xFF", false) == "caf??");
  CHECK(printable_text("caf\xC3\xA9\xFF", true) == "caf\xC3\xA9\xEF\xBF\xBD");
}

TEST_CASE("text_cells: bars") {
  CHECK(level_bar(0, 0, 4, false) == "    ");
  CHECK(level_bar(0.5, 0.9, 4, false) == "## |");
  CHECK(level_bar(1, 1, 4, false) == "####");
  CHECK(level_bar(2, 3, 2, false) == "##");
  CHECK(level_bar(-1, -1, 2, false) == "  ");
  CHECK(level_bar(0.5, 0, 0, false).empty());
  CHECK(level_bar(0.3125, 0.9, 4, true) == "\u2588\u258E \u2502");
}
