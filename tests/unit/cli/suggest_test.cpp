#include "cli/suggest.hpp"

#include <doctest/doctest.h>

#include <vector>

using astream::cli::nearest_word;

TEST_CASE("nearest_word: one edit of each kind") {
  const std::vector<std::string> words{"check", "record", "features", "levels", "devices"};
  CHECK(nearest_word("check", words) == "check");
  CHECK(nearest_word("chek", words) == "check");
  CHECK(nearest_word("checck", words) == "check");
  CHECK(nearest_word("chack", words) == "check");
  CHECK(nearest_word("hceck", words) == "check");
  CHECK(nearest_word("recrod", words) == "record");
}

TEST_CASE("nearest_word: a third of the letters, at most, may differ") {
  const std::vector<std::string> words{"features"};
  CHECK(nearest_word("featres", words) == "features");
  CHECK(nearest_word("feturs", words) == "features");  // 2 of 6
  CHECK(nearest_word("fetur", words) == "");           // 3 of 5
  CHECK(nearest_word("song", words) == "");
}

TEST_CASE("nearest_word: the nearest, and the first of equals") {
  CHECK(nearest_word("--hop", std::vector<std::string>{"--top", "--hops", "--hop"}) == "--hop");
  CHECK(nearest_word("--hap", std::vector<std::string>{"--hop", "--hip"}) == "--hop");
}

TEST_CASE("nearest_word: short, empty and no words") {
  CHECK(nearest_word("", std::vector<std::string>{"a"}) == "a");  // one edit is always forgiven
  CHECK(nearest_word("ab", std::vector<std::string>{"cd"}) == "");
  CHECK(nearest_word("x", {}) == "");
}
