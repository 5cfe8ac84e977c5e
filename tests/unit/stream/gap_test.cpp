// What becomes of missing and dropped samples, reconnects and wall clocks on their way into windows.
#include <doctest/doctest.h>

#include <cmath>

#include "support/scripted_run.hpp"

using namespace astream;
using namespace astream::test;

TEST_CASE("gap: what was dropped is told apart from what was missing, both move the time line") {
  ScriptedRun run({{.steps = {data(4), gap(3), dropped(5), data(4), dropped(2), data(4)}}});
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 12, 18});
  CHECK(run.stream(0).windows[1].head.gap_samples == 3);
  CHECK(run.stream(0).windows[1].head.dropped_samples == 5);
  CHECK(run.stream(0).windows[2].head.gap_samples == 0);
  CHECK(run.stream(0).windows[2].head.dropped_samples == 2);
  CHECK(run.stream(0).end->samples == 12);
  CHECK(run.stream(0).end->gap_samples == 3);
  CHECK(run.stream(0).end->dropped_samples == 7);
}

TEST_CASE("gap: a gap is told by the window behind it, also when the tail of the one before comes out") {
  ScriptedRun run({{.steps = {data(6), gap(3), data(4)}}});
  run.to_end();
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 4, 9});
  CHECK(run.stream(0).windows[1].head.gap_samples == 0);
  CHECK(run.stream(0).windows[2].head.gap_samples == 3);
}

TEST_CASE("gap: filled with zeros, the windows go on as if nothing were missing") {
  ScriptedRun run({{.steps = {data(6), gap(3), dropped(4), data(7)}, .signal = [](int64_t, int) { return 1.0F; }}});
  run.options.stream.on_gap = OnGap::fill;
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 4, 8, 12, 16});
  CHECK(run.stream(0).joined_samples() ==
        std::vector<float>{1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1});
  CHECK(run.stream(0).windows[1].head.gap_samples == 3);
  CHECK(run.stream(0).windows[2].head.dropped_samples == 4);
  CHECK(run.stream(0).end->samples == 13);
  CHECK(run.stream(0).end->gap_samples == 3);
  CHECK(run.stream(0).end->dropped_samples == 4);
}

TEST_CASE("gap: a long one is filled whole, a limit within it ends the stream") {
  for (const bool is_limited : {false, true}) {
    ScriptedRun run({{.format = {1000, 2}, .steps = {data(100), gap(50'000), data(100)}}});
    run.options.stream.on_gap = OnGap::fill;
    run.options.stream.window = in_samples(1000);
    run.options.stream.tail = Tail::crop;
    if (is_limited) run.options.stream.duration = in_samples(20'000);
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.stream(0).joined_samples().size() == (is_limited ? 40'000 : 100'400));
    CHECK(run.stream(0).end->samples == (is_limited ? 100 : 200));
    CHECK(run.stream(0).end->reason == (is_limited ? EndReason::limit : EndReason::end));
  }
}

TEST_CASE("gap: it may be the end") {
  ScriptedRun run({{.steps = {data(6), gap(3), data(7)}}});
  run.options.stream.on_gap = OnGap::end;
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 4});
  CHECK(run.stream(0).end->samples == 6);
  CHECK(run.stream(0).end->reason == EndReason::end);
}

TEST_CASE("gap: reconnects and the wall clock of the first sample stand in each window") {
  constexpr int64_t kBegin_us = 1'700'000'000'000'000;
  for (const int rate_hz : {1000, 500}) {
    ScriptedRun run(
        {{.steps = {data(300), data(300), gap(1000), data(900)}, .reconnects = 2, .wallclock_us = kBegin_us}});
    run.options.stream.window = {0.25, std::nullopt};
    run.options.stream.rate_hz = rate_hz;
    run.to_end();
    REQUIRE(run.stream(0).windows.size() == 7);
    for (const KeptWindow& window : run.stream(0).windows) {
      CHECK(window.head.reconnects == 2);
      REQUIRE(window.head.wallclock_us);
      CHECK(*window.head.wallclock_us == kBegin_us + std::llround(window.head.time_s * 1e6));
    }
    CHECK(run.stream(0).end->reconnects == 2);
  }
}

TEST_CASE("gap: a live source whose network or device fails was lost") {
  for (const ErrorKind kind : {ErrorKind::network, ErrorKind::device, ErrorKind::decode}) {
    Script script{.steps = {data(6), raise(Error(kind, "gone"))}};
    script.info.is_live = true;
    ScriptedRun run({script});
    const RunSummary summary = run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    const bool is_lost = kind != ErrorKind::decode;
    CHECK(run.stream(0).end->reason == (is_lost ? EndReason::lost : EndReason::error));
    CHECK(run.stream(0).windows.size() == 2);
    CHECK(summary.lost == (is_lost ? 1 : 0));
    CHECK(summary.failed == 1);
  }
}
