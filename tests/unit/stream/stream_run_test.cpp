#include "stream/stream_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "support/scripted_run.hpp"
#include "support/signals.hpp"

using namespace astream;
using namespace astream::test;

namespace {

std::vector<float> slice(const std::vector<float>& all, int64_t first, int64_t count) {
  const auto begin = std::min<size_t>(all.size(), static_cast<size_t>(first));
  const auto end = std::min<size_t>(all.size(), static_cast<size_t>(first + count));
  return {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

/// A run over one script, cropped, so that the joined windows are what was delivered.
std::vector<float> delivered(const Script& script, const StreamOptions& options) {
  ScriptedRun run({script});
  run.options.stream = options;
  run.options.stream.tail = Tail::crop;
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  REQUIRE(run.stream(0).end);
  const std::vector<float> samples = run.stream(0).joined_samples();
  CHECK(run.stream(0).end->samples == static_cast<int64_t>(samples.size()));
  return samples;
}

}  // namespace

TEST_CASE("stream_run: a gap cuts the window, is told by the next one, and moves the positions") {
  ScriptedRun run({{.steps = {data(6), gap(3), data(6)}}});
  SUBCASE("pad") {
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{0, 4, 9, 13});
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5, 0, 0, 9, 10, 11, 12, 13, 14, 0, 0});
    CHECK(run.stream(0).windows[1].head.valid_samples == 2);
    CHECK(run.stream(0).windows[1].head.gap_samples == 0);
    CHECK(run.stream(0).windows[2].head.gap_samples == 3);
    CHECK(run.stream(0).windows[3].head.gap_samples == 0);
  }
  SUBCASE("crop") {
    run.options.stream.tail = Tail::crop;
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{0, 4, 9, 13});
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14});
  }
  SUBCASE("drop") {
    run.options.stream.tail = Tail::drop;
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{0, 9});
  }
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.stream(0).end->samples == 12);
  CHECK(run.stream(0).end->gap_samples == 3);
}

TEST_CASE("stream_run: gaps in a row, before the first sample and at the end") {
  SUBCASE("in a row") {
    ScriptedRun run({{.steps = {data(4), gap(3), gap(5), data(4)}}});
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{0, 12});
    CHECK(run.stream(0).windows[1].head.gap_samples == 8);
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 12, 13, 14, 15});
    CHECK(run.grammar.violations() == Violations{});
  }
  SUBCASE("first") {
    ScriptedRun run({{.steps = {gap(7), data(4)}}});
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{7});
    CHECK(run.stream(0).windows[0].head.gap_samples == 7);
    CHECK(run.stream(0).joined_samples() == std::vector<float>{7, 8, 9, 10});
    CHECK(run.grammar.violations() == Violations{});
  }
  SUBCASE("last") {
    ScriptedRun run({{.steps = {data(4), gap(7)}}});
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{0});
    CHECK(run.stream(0).end->gap_samples == 7);
    CHECK(run.stream(0).end->samples == 4);
    CHECK(run.grammar.violations() == Violations{});
  }
}

TEST_CASE("stream_run: a gap with overlapping windows begins anew behind it") {
  ScriptedRun run({{.steps = {data(9), gap(10), data(7)}}});
  run.options.stream.hop = in_samples(2);
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 2, 4, 6, 19, 21, 23});
  CHECK(run.stream(0).windows[4].head.gap_samples == 10);
  for (const KeptWindow& window : run.stream(0).windows) {
    CHECK(window.samples[0] == static_cast<float>(window.head.sample));
  }
}

TEST_CASE("stream_run: a gap before --start only moves the time line, one behind it is told") {
  ScriptedRun run({{.steps = {data(3), gap(4), data(6), gap(2), data(4)}}});
  SUBCASE("the start lies behind the gap") {
    run.options.stream.start = in_samples(9);
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{9, 15});
    CHECK(run.stream(0).joined_samples() == std::vector<float>{9, 10, 11, 12, 15, 16, 17, 18});
    CHECK(run.stream(0).end->gap_samples == 2);
  }
  SUBCASE("the start lies in the gap") {
    run.options.stream.start = in_samples(5);
    run.to_end();
    CHECK(run.window_samples(0) == std::vector<int64_t>{7, 11, 15});
    CHECK(run.stream(0).windows[0].head.gap_samples == 2);
    CHECK(run.stream(0).windows[0].samples[0] == 7);
    CHECK(run.stream(0).end->gap_samples == 4);
  }
  CHECK(run.grammar.violations() == Violations{});
}

TEST_CASE("stream_run: --duration is a length of the time line, gaps and all") {
  ScriptedRun run({{.steps = {data(6), gap(4), data(100)}}});
  run.options.stream.tail = Tail::crop;
  SUBCASE("behind the gap") {
    run.options.stream.duration = in_samples(13);
    run.to_end();
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5, 10, 11, 12});
  }
  SUBCASE("within the gap") {
    run.options.stream.duration = in_samples(8);
    run.to_end();
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5});
  }
  CHECK(run.stream(0).end->reason == EndReason::limit);
  CHECK(run.grammar.violations() == Violations{});
}

TEST_CASE("stream_run: a gap at another rate is told in output samples") {
  ScriptedRun run({{.format = {2000, 1}, .steps = {data(400), gap(100), data(400)}, .signal = noise_signal}});
  run.options.stream.rate_hz = 1000;
  run.options.stream.window = in_samples(50);
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 50, 100, 150, 250, 300, 350, 400});
  CHECK(run.stream(0).windows[4].head.gap_samples == 50);
  CHECK(run.stream(0).end->samples == 400);
}

TEST_CASE("stream_run: a format change keeps the output format and the time line") {
  SUBCASE("rate") {
    ScriptedRun run({{.steps = {data(100), format_change({2000, 1}), data(200)}}});
    run.options.stream.window = in_samples(25);
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.window_samples(0) == std::vector<int64_t>{0, 25, 50, 75, 100, 125, 150, 175});
    const std::vector<float> samples = run.stream(0).joined_samples();
    CHECK(slice(samples, 0, 100) == ramp(100));
    // The second part runs at twice the speed of the first: its middle, away from the resampler's edges.
    for (size_t i = 140; i < 160; ++i) CHECK(samples[i] == doctest::Approx(100 + 2 * (i - 100.0)).epsilon(0.01));
  }
  SUBCASE("more channels are mixed to what the stream began with") {
    ScriptedRun run({{.steps = {data(5), format_change({1000, 2}), data(5)}}});
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    const std::vector<float> samples = run.stream(0).joined_samples();
    CHECK(samples[4] == 4);
    CHECK(samples[5] == 5 + 0.5F / 1024);
  }
  SUBCASE("fewer channels are copied") {
    ScriptedRun run({{.format = {1000, 2}, .steps = {data(2), format_change({1000, 1}), data(2)}}});
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1.0F / 1024, 1, 1 + 1.0F / 1024, 2, 2, 3, 3});
  }
  SUBCASE("channels that can't be mixed fail the stream, behind what came before") {
    ScriptedRun run({{.format = {1000, 2}, .steps = {data(6), format_change({1000, 6}), data(6)}}});
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.stream(0).error->kind == ErrorKind::usage);
    CHECK(run.stream(0).end->samples == 6);
  }
}

TEST_CASE("stream_run: --start and --duration are exact to the sample, by seeking or by dropping") {
  for (const bool can_seek : {false, true}) {
    CAPTURE(can_seek);
    const Script script{.steps = {data(30), data(0), data(70)}, .can_seek = can_seek};
    for (const int64_t start : {0, 1, 7, 29, 30, 31, 99, 100, 150}) {
      for (const int64_t length : {0, 1, 11, 100, 200}) {
        CAPTURE(start);
        CAPTURE(length);
        StreamOptions options;
        options.window = in_samples(8);
        options.start = in_samples(start);
        options.duration = in_samples(length);
        CHECK(delivered(script, options) == slice(ramp(100), start, length));
      }
    }
  }
}

TEST_CASE("stream_run: windows behind --start are numbered from there on the input's time line") {
  ScriptedRun run({{.steps = {data(100)}, .can_seek = true}});
  run.options.stream.start = in_samples(90);
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{90, 94, 98});
  CHECK(run.stream(0).windows[0].head.time_s == 0.09);
  CHECK(run.stream(0).end->samples == 10);
  CHECK(run.log.given_samples == 10);
}

TEST_CASE("stream_run: the reason tells a limit from an end") {
  ScriptedRun run({{.steps = {data(10)}}});
  SUBCASE("end") {
    run.to_end();
    CHECK(run.stream(0).end->reason == EndReason::end);
  }
  SUBCASE("a limit behind the end") {
    run.options.stream.duration = in_samples(11);
    run.to_end();
    CHECK(run.stream(0).end->reason == EndReason::end);
  }
  SUBCASE("a limit before the end") {
    run.options.stream.duration = in_samples(9);
    run.to_end();
    CHECK(run.stream(0).end->reason == EndReason::limit);
  }
  SUBCASE("nothing at all was asked for") {
    run.options.stream.duration = in_samples(0);
    run.to_end();
    CHECK(run.stream(0).end->reason == EndReason::limit);
    CHECK(run.stream(0).windows.empty());
    CHECK(run.log.reads == 0);
  }
  CHECK(run.grammar.violations() == Violations{});
}

TEST_CASE("stream_run: a limit stops reading: a source that would fail behind it is not asked") {
  ScriptedRun run({{.steps = {data(10), raise(Error(ErrorKind::network, "too far"))}}});
  run.options.stream.duration = in_samples(10);
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK_FALSE(run.stream(0).error);
  CHECK(run.log.reads == 1);
}

TEST_CASE("stream_run: counting with a filter that changes the length") {
  ScriptedRun run({{.format = {8000, 1}, .steps = {data(8000)}, .signal = noise_signal}});
  run.options.stream.filter = "atempo=0.5";
  run.options.stream.window = in_samples(100);
  run.options.stream.tail = Tail::crop;
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  const auto samples = static_cast<int64_t>(run.stream(0).joined_samples().size());
  CHECK(samples > 14000);
  CHECK(run.stream(0).end->samples == samples);
}
