#include "base/error.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace astream;

TEST_CASE("each kind of error has a word of its own") {
  std::set<std::string_view> words;
  for (const ErrorKind kind : {ErrorKind::usage, ErrorKind::resolve, ErrorKind::open, ErrorKind::network,
                               ErrorKind::decode, ErrorKind::device, ErrorKind::output, ErrorKind::internal}) {
    words.insert(kind_name(kind));
  }
  CHECK(words ==
        std::set<std::string_view>{"usage", "resolve", "open", "network", "decode", "device", "output", "internal"});
}

TEST_CASE("an error on one line leaves out what is empty") {
  CHECK(Error(ErrorKind::open, "not found").one_line() == "not found");
  CHECK(Error(ErrorKind::open, "not found", "a.wav").one_line() == "a.wav: not found");
  CHECK(Error(ErrorKind::open, "not found", "a.wav", "check the path").one_line() ==
        "a.wav: not found (check the path)");
  CHECK(Error(ErrorKind::open, "not found", "", "check the path").one_line() == "not found (check the path)");
  CHECK(Error(ErrorKind::open, "", "a.wav").one_line() == "a.wav");
}

TEST_CASE("an error of several lines becomes one") {
  CHECK(Error(ErrorKind::decode, "first\nsecond", "odd\nname", "try\r\nthis").one_line() ==
        "odd name: first second (try  this)");
}

TEST_CASE("an input is named once, by who knows it first") {
  const Error bare(ErrorKind::network, "timed out", "", "try again");
  const Error named = bare.with_uri("http://host/a");
  CHECK(named.uri() == "http://host/a");
  CHECK(named.message() == "timed out");
  CHECK(named.hint() == "try again");
  CHECK(named.kind() == ErrorKind::network);
  CHECK(named.with_uri("other").uri() == "http://host/a");
}
