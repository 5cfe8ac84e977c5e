#include "cli/command_table.hpp"

#include <doctest/doctest.h>

#include <set>

#include "base/error.hpp"
#include "cli/command_line.hpp"

using namespace astream::cli;

TEST_CASE("command table: the nameless one first, names that are words, all different") {
  const auto table = command_table();
  REQUIRE(table.size() >= 2);
  CHECK(table.front().name.empty());
  std::set<std::string_view> names;
  for (const CommandRow& row : table) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
    for (const char letter : row.name) CHECK((letter >= 'a' && letter <= 'z'));
    CHECK(find_command(row.name) == &row);
  }
  CHECK(find_command("nosuch") == nullptr);
}

TEST_CASE("command table: every command has help, refuses an empty line and unknown options, by parsing alone") {
  for (const CommandRow& row : command_table()) {
    CAPTURE(row.name);
    try {
      row.make()->parse({"--help"});
      FAIL("nothing was thrown");
    } catch (const HelpWanted& help) {
      CHECK(help.text.find("astream") != std::string::npos);
      CHECK(help.text.find("--log-format") != std::string::npos);
      if (!row.name.empty()) CHECK(help.text.find("astream " + std::string(row.name)) != std::string::npos);
    }
    try {
      row.make()->parse({"x.wav", "--no-such-option-at-all"});
      FAIL("nothing was thrown");
    } catch (const astream::Error& error) {
      CHECK(error.kind() == astream::ErrorKind::usage);
      CHECK(error.message() == "unknown option --no-such-option-at-all");
    }
  }
}

TEST_CASE("command table: every option of every command has a description and a group") {
  for (const CommandRow& row : command_table()) {
    const auto command = row.make();
    for (const CLI::Option* option : command->app().get_options()) {
      CAPTURE(row.name);
      CAPTURE(option->get_name());
      CHECK_FALSE(option->get_description().empty());
      if (!option->get_positional()) CHECK(option->get_group() != "Options");
    }
  }
}
