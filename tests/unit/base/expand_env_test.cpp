#include "base/expand_env.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv is POSIX

#include <map>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"

using namespace astream;

namespace {

const std::map<std::string, std::string> kVariables = {
    {"USER", "me"}, {"PW", "p@ss/w:rd %41?#"}, {"T", "a+b/c="}, {"HOST", "cam.lan:554"}, {"EMPTY", ""}, {"_A1", "x"}};

std::string expand(const std::string& uri) {
  const auto lookup = [](const std::string& name) {
    const auto found = kVariables.find(name);
    return found == kVariables.end() ? std::nullopt : std::optional(found->second);
  };
  return expand_variables(uri, lookup, nullptr);
}

}  // namespace

TEST_CASE("variables are put in where they stand, encoded where any character must reach the server") {
  CHECK(expand("rtsp://$USER:$PW@$HOST/live") == "rtsp://me:p%40ss%2Fw%3Ard%20%2541%3F%23@cam.lan:554/live");
  CHECK(expand("https://h/${T}x?token=$T&a=1") == "https://h/a+b/c=x?token=a%2Bb%2Fc%3D&a=1");
  CHECK(expand("http://h/$$5$$USER/$/$5/a$") == "http://h/$5$USER/$/$5/a$");
  CHECK(expand("http://h/[$EMPTY][${_A1}2][$_A1]") == "http://h/[][x2][x]");
  CHECK(expand("nothing") == "nothing");
}

TEST_CASE("what is not set or not closed is said") {
  for (const char* uri :
       {"http://$NONE/", "http://${NONE}/", "http://$USERX/", "http://${USER/", "http://${}/", "a${"}) {
    CAPTURE(uri);
    CHECK_THROWS_AS(expand(uri), Error);
  }
}

TEST_CASE("names are expanded where they are URIs, and what was put in is hidden") {
  setenv("ASTREAM_TEST_SECRET", "h1dd3n/value", 1);
  setenv("ASTREAM_TEST_URL", "http://me@host/x", 1);
  CHECK(expand_env("http://h/$ASTREAM_TEST_SECRET") == "http://h/h1dd3n/value");
  CHECK(expand_env("door=rtsp://h/${ASTREAM_TEST_SECRET}") == "door=rtsp://h/h1dd3n/value");
  CHECK(expand_env("$ASTREAM_TEST_URL") == "http://me@host/x");
  for (const char* name : {"clips/$ASTREAM_TEST_SECRET", "exec:echo $ASTREAM_TEST_SECRET", "a=b$ASTREAM_TEST_SECRET"}) {
    CHECK(expand_env(name) == name);
  }
  CHECK(without_hidden("x h1dd3n/value y h1dd3n%2Fvalue") == "x *** y ***");
  CHECK(redact_text("GET /h1dd3n/value") == "GET /***");
}
