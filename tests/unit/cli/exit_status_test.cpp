#include "cli/exit_status.hpp"

#include <doctest/doctest.h>

using namespace astream;
using namespace astream::cli;

TEST_CASE("exit status: the table") {
  struct Row {
    const char* what;
    RunSummary summary;
    ExitStatus status;
  };
  const Row rows[] = {
      {"all complete", {.streams = 3, .delivered = 3}, kOk},
      {"all failed", {.streams = 2, .failed = 2}, kFailed},
      {"some failed", {.streams = 3, .failed = 1, .delivered = 2}, kPartial},
      {"one, in part", {.streams = 1, .failed = 1, .delivered = 1}, kPartial},
      {"no names at all", {}, kNoMatch},
      {"no name matched", {.streams = 2, .failed = 2, .unmatched = 2}, kNoMatch},
      {"one matched nothing, one failed", {.streams = 2, .failed = 2, .unmatched = 1}, kFailed},
      {"one matched nothing, the rest is complete",
       {.streams = 2, .failed = 1, .delivered = 1, .unmatched = 1},
       kPartial},
      {"lost", {.streams = 1, .failed = 1, .delivered = 1, .lost = 1}, kLost},
      {"stopped by the reader", {.streams = 1, .delivered = 1, .is_stopped_by_receiver = true}, kOk},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(status_of(row.summary) == row.status);
  }
}

TEST_CASE("exit status: the numbers are promised") {
  CHECK(kOk == 0);
  CHECK(kFailed == 1);
  CHECK(kUsage == 2);
  CHECK(kPartial == 3);
  CHECK(kNoMatch == 4);
  CHECK(kLost == 5);
}
