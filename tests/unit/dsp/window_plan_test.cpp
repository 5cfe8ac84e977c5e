#include "dsp/window_plan.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace astream;

namespace {

/// The rule of window_plan.hpp, word for word, window by window.
struct Expected {
  int64_t count = 0;
  int64_t last_valid = 0;
};
Expected by_the_rule(int64_t total, const WindowPlan& plan) {
  Expected expected;
  int64_t covered = 0;
  for (int64_t start = 0; start < total; start += plan.hop_samples) {
    const bool is_full = start + plan.window_samples <= total;
    const bool holds_something_new = total > covered;
    if (!is_full && (plan.tail == Tail::drop || !holds_something_new)) break;
    ++expected.count;
    expected.last_valid = is_full ? plan.window_samples : total - start;
    covered = start + plan.window_samples;
    if (!is_full) break;
  }
  return expected;
}

}  // namespace

TEST_CASE("window counts of known frameworks") {
  struct Row {
    int64_t total, window, hop, dropped, padded;
  };
  // librosa.util.frame for drop, soundfile.blocks for pad and crop.
  const std::vector<Row> rows = {
      {16000, 400, 160, 98, 99},     {16000, 1024, 512, 30, 31}, {1000, 400, 160, 4, 5},
      {399, 400, 160, 0, 1},         {400, 400, 160, 1, 1},      {401, 400, 160, 1, 2},
      {44100, 2048, 512, 83, 84},    {22050, 2048, 512, 40, 41}, {480000, 144000, 144000, 3, 4},
      {480000, 144000, 72000, 5, 6}, {0, 400, 160, 0, 0}};
  for (const Row& row : rows) {
    CAPTURE(row.total);
    CAPTURE(row.window);
    CAPTURE(row.hop);
    CHECK(window_count(row.total, {row.window, row.hop, Tail::drop}) == row.dropped);
    CHECK(window_count(row.total, {row.window, row.hop, Tail::pad}) == row.padded);
    CHECK(window_count(row.total, {row.window, row.hop, Tail::crop}) == row.padded);
  }
}

TEST_CASE("window counts follow the rule for every small case") {
  for (const Tail tail : {Tail::pad, Tail::crop, Tail::drop}) {
    for (int64_t window = 1; window <= 9; ++window) {
      for (int64_t hop = 1; hop <= 13; ++hop) {
        for (int64_t total = 0; total <= 40; ++total) {
          const WindowPlan plan{window, hop, tail};
          const Expected expected = by_the_rule(total, plan);
          const int64_t count = window_count(total, plan);
          REQUIRE(count == expected.count);
          if (count > 0) REQUIRE(window_valid(count - 1, total, plan) == expected.last_valid);
          for (int64_t i = 0; i + 1 < count; ++i) REQUIRE(window_valid(i, total, plan) == window);
        }
      }
    }
  }
}

TEST_CASE("window counts at the limits of 64 bits") {
  constexpr int64_t kMost = INT64_MAX;
  CHECK(window_count(kMost, {1, 1, Tail::pad}) == kMost);
  CHECK(window_count(kMost, {kMost, 1, Tail::drop}) == 1);
  CHECK(window_count(kMost - 1, {kMost, kMost, Tail::drop}) == 0);
  CHECK(window_count(kMost, {1, kMost, Tail::pad}) == 1);
  CHECK(window_valid(0, kMost, {kMost, 1, Tail::pad}) == kMost);
  CHECK(window_valid(5, 10, {4, 4, Tail::pad}) == 0);
}
