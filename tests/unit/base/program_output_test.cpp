#include "base/program_output.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "base/byte_input.hpp"
#include "base/error.hpp"

using namespace astream;
using namespace std::chrono_literals;

namespace {

ProgramLimits within(std::chrono::milliseconds time) {
  ProgramLimits limits;
  limits.deadline = std::chrono::steady_clock::now() + time;
  return limits;
}

}  // namespace

TEST_CASE("both outputs of a program, however long, and its status") {
  const ProgramOutput output = run_program(
      {"sh", "-c", "head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2; read x || echo none; exit 7"}, {});
  CHECK(output.out.size() == 300000 + 5);
  CHECK(output.err.size() == 200000);
  CHECK(output.exit.code == 7);
  CHECK(run_program({"cat"}, {}, "one\ntwo\n").out == "one\ntwo\n");
}

TEST_CASE("programs that don't end, or write without end, are ended") {
  CHECK_THROWS_AS(run_program({"sleep", "600"}, within(20ms)), Error);
  CHECK_THROWS_AS(run_program({"/nowhere/program"}, {}), Error);
  ProgramLimits limits;
  limits.max_bytes = 100'000;
  CHECK_THROWS_AS(run_program({"cat", "/dev/zero"}, limits), Error);
  ProgramLimits cancelled;
  cancelled.cancels = {CancelToken(), CancelToken()};
  std::thread canceller([token = cancelled.cancels[1]] { token.request(); });
  CHECK_THROWS_AS(run_program({"sleep", "600"}, cancelled), Cancelled);
  canceller.join();
}
