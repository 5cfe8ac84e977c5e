#include "cli/option_values.hpp"

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

TEST_CASE("numbers are wholly numbers, finite, within their limits") {
  CHECK(parse_decimal("-2.5e-1") == -0.25);
  for (const char* text : {"", "1,5", "0x1", "nan", "inf", "1 ", "+1"}) CHECK_FALSE(parse_decimal(text));
  CHECK(parse_real("0.5", "--x", 0, 1) == 0.5);
  CHECK(usage_error([] { parse_real("2", "--x", 0, 1); }) == "--x: 2 is out of range");
  CHECK(parse_hz("440", "--x") == 440);
  CHECK(parse_hz("8.5k", "--x") == 8500);
}

TEST_CASE("levels with and without their unit, times without samples") {
  for (const char* text : {"-40", "-40dB", "-40 dBFS", "-40DBFS"}) CHECK(parse_dbfs(text, "--x") == -40);
  CHECK(usage_error([] { parse_dbfs("3dB", "--x"); }).find("--x: nothing is louder than 0 dBFS") == 0);
  CHECK(parse_seconds("250ms", "--x", "1s") == 0.25);
  CHECK(usage_error([] { parse_seconds("10smp", "--x", "1s"); }).find("--x: samples make no sense here") == 0);
}
