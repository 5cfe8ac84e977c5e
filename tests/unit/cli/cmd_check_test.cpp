#include "cli/cmd_check.hpp"

#include <doctest/doctest.h>

#include "cli/command_line.hpp"
#include "support/usage_error.hpp"

using namespace astream;
using namespace astream::cli;
using astream::test::usage_error;

namespace {

std::unique_ptr<CheckCommand> parsed(const std::vector<std::string>& args) {
  auto command = std::make_unique<CheckCommand>();
  command->parse(args);
  return command;
}

std::string error_of(const std::vector<std::string>& args) {
  return usage_error([&] { parsed(args); });
}

}  // namespace

TEST_CASE("check command: options") {
  const auto plain = parsed({"a.wav", "-"});
  CHECK(plain->inputs.names == std::vector<std::string>{"a.wav", "-"});
  CHECK_FALSE(plain->is_json);
  const auto full =
      parsed({"--json", "--track", "2", "--insecure", "--connect-timeout", "3", "-q", "--files-from", "l"});
  CHECK(full->is_json);
  CHECK(full->open.track == 2);
  CHECK_FALSE(full->open.is_tls_verified);
  CHECK(full->open.connect_timeout == std::chrono::seconds(3));
  CHECK(full->common.is_quiet);
  CHECK(full->inputs.list_paths == std::vector<std::string>{"l"});
}

TEST_CASE("check command: raw stdin reaches the resolver as it was typed") {
  const std::string raw = "-?format=s16le&rate=16000";
  CHECK(parsed({raw})->inputs.names == std::vector<std::string>{raw});
}

TEST_CASE("check command: names behind -- are inputs, whatever they look like") {
  CHECK(parsed({"--", "-dash.wav"})->inputs.names == std::vector<std::string>{"-dash.wav"});
  CHECK(parsed({"--json", "--", "-", "-?format=u8&rate=8000"})->inputs.names ==
        std::vector<std::string>{"-", "-?format=u8&rate=8000"});
}

TEST_CASE("check command: what it refuses") {
  CHECK(error_of({}) == "no input (try astream check song.mp3)");
  CHECK(error_of({"--json"}) == "no input (try astream check song.mp3)");
  CHECK(error_of({"--jsn", "x"}) == "unknown option --jsn (did you mean --json?)");
  CHECK(error_of({"--zzzzzzzz", "x"}) == "unknown option --zzzzzzzz (astream check --help lists the options)");
  CHECK(error_of({"--window", "1s", "x"}).find("unknown option --window") != std::string::npos);
  CHECK(error_of({"--track", "x", "y"}).find("--track") != std::string::npos);
}

TEST_CASE("check command: help") {
  try {
    parsed({"-h"});
    FAIL("nothing was thrown");
  } catch (const HelpWanted& help) {
    CHECK(help.text.find("astream check [OPTIONS] INPUT...") != std::string::npos);
    CHECK(help.text.find("--json") != std::string::npos);
  }
}
