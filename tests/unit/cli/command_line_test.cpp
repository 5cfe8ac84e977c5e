#include "cli/command_line.hpp"

#include <doctest/doctest.h>

#include "support/usage_error.hpp"

using namespace astream;
using namespace astream::cli;
using astream::test::usage_error;

TEST_CASE("split_list: words, and none that is empty") {
  CHECK(split_list("1,2,10", "--x") == std::vector<std::string>{"1", "2", "10"});
  CHECK(split_list("1", "--x") == std::vector<std::string>{"1"});
  for (const char* text : {",1", "1,", "1,,2", ","}) {
    CAPTURE(text);
    CHECK(usage_error([&] { split_list(text, "--x"); }).find("--x: '") == 0);
  }
}

TEST_CASE("parse_number: whole numbers within their limits") {
  CHECK(parse_number("1", "--x", 1, 5) == 1);
  CHECK(parse_number("5", "--x", 1, 5) == 5);
  for (const char* text : {"0", "6", "-1", "", " 1", "1 ", "1.0", "0x1", "99999999999999", "one"}) {
    CAPTURE(text);
    CHECK(usage_error([&] { parse_number(text, "--x", 1, 5); }) ==
          "--x: '" + std::string(text) + "' is no whole number from 1 to 5");
  }
}
