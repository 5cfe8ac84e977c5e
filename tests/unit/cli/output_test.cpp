#include "cli/output.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/usage_error.hpp"

using namespace astream;
using namespace astream::cli;
using astream::test::usage_error;

namespace {

OutputOptions options_of(const std::string& format, const std::string& path = "",
                         const std::vector<std::string>& command = {}) {
  OutputOptions options;
  options.format = format;
  options.path = path;
  options.command = command;
  return options;
}

std::string refusal(const OutputOptions& options, bool is_terminal) {
  return usage_error([&] { choose_format(options, is_terminal); });
}

}  // namespace

TEST_CASE("choose_format: text on a terminal, records elsewhere") {
  CHECK(choose_format(options_of(""), true).name == "text");
  CHECK(choose_format(options_of(""), false).name == "records");
  CHECK(choose_format(options_of("", "-"), true).name == "text");
  CHECK(choose_format(options_of("", "", {"cat"}), true).name == "records");
}

TEST_CASE("choose_format: by the suffix of the file, unless one was asked for") {
  CHECK(choose_format(options_of("", "out.wav"), true).name == "wav");
  CHECK(choose_format(options_of("", "out.f32le"), false).name == "f32le");
  CHECK(choose_format(options_of("", "out.bin"), true).name == "records");
  CHECK(choose_format(options_of("", "out"), true).name == "records");
  CHECK(choose_format(options_of("", "dir.wav/out"), false).name == "records");
  CHECK(choose_format(options_of("s16le", "out.wav"), false).name == "s16le");
}

TEST_CASE("choose_format: every format by name") {
  for (const FormatRow& row : format_table()) {
    CHECK(&choose_format(options_of(std::string(row.name)), false) == &row);
  }
}

TEST_CASE("choose_format: binary is kept off a terminal, and goes anywhere else") {
  for (const FormatRow& row : format_table()) {
    CAPTURE(row.name);
    const std::string name(row.name);
    if (row.is_binary) {
      CHECK(refusal(options_of(name), true).find("would garble the terminal") != std::string::npos);
      CHECK(refusal(options_of(name, "-"), true).find("would garble the terminal") != std::string::npos);
    } else {
      CHECK(refusal(options_of(name), true).empty());
    }
    CHECK(refusal(options_of(name), false).empty());
    CHECK(refusal(options_of(name, "file"), true).empty());
    CHECK(refusal(options_of(name, "", {"cat"}), true).empty());
  }
}

TEST_CASE("choose_format: what it refuses") {
  CHECK(refusal(options_of("mp3"), false) == "--format: 'mp3' is no format (one of records, f32le, s16le, wav, text)");
  CHECK(refusal(options_of("", "out.wav", {"cat"}), false).find("-o and a command behind -- exclude each other") == 0);
}
