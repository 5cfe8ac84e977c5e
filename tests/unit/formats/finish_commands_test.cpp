#include "formats/finish_commands.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace astream;

TEST_CASE("finish_commands: words of a command line") {
  using Words = std::vector<std::string>;
  CHECK(split_words("cp -t  /mnt", "--x") == Words{"cp", "-t", "/mnt"});
  CHECK(split_words(R"(sh -c 'echo "$0" *' "a b" c\ d)", "--x") == Words{"sh", "-c", "echo \"$0\" *", "a b", "c d"});
  CHECK(split_words(R"(a "" 'b\n' "c\"d")", "--x") == Words{"a", "", "b\\n", "c\"d"});
  for (const char* text : {"", "  ", "'a", "\"a", "'' a"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(split_words(text, "--x"), Error);
  }
}

TEST_CASE("finish_commands: each file in turn, and none is left behind") {
  FinishCommands commands({"true"});
  for (int i = 0; i < 3; ++i) commands.add("file");
  commands.poll();
  commands.finish();
  FinishCommands none({});
  none.add("file");
  none.finish();
}
