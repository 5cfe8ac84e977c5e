#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "support/scripted_run.hpp"
#include "support/signals.hpp"

using namespace astream;
using namespace astream::test;

namespace {

constexpr int64_t kHourSamples = 3600 * 10;

/// Windows of an hour at 10 Hz.
Script hours() {
  return {.format = {10, 1}, .steps = {data(2 * kHourSamples)}};
}

}  // namespace

TEST_CASE("pace: a window is never delivered before its last sample would have been heard") {
  ScriptedRun run({hours()});
  run.options.stream.window = in_samples(kHourSamples);
  run.options.stream.is_paced = true;
  Generator generator = run.make_generator();
  for (int i = 0; i < 100; ++i) REQUIRE(generator.poll(Clock::now()) == Progress::more);
  REQUIRE(run.kept.streams.size() == 1);
  CHECK(run.stream(0).start->may_wait);
  CHECK(run.stream(0).windows.empty());
  run.options.stream.open.cancel.request();
  while (generator.poll(Clock::now()) == Progress::more) {
  }
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.stream(0).end->reason == EndReason::interrupted);
}

TEST_CASE("pace: cancelling ends the wait") {
  ScriptedRun run({hours()});
  run.options.stream.window = in_samples(kHourSamples);
  run.options.stream.is_paced = true;
  std::promise<void> is_opened;
  const auto open = run.options.opener;
  run.options.opener = [&](const Input& input, const OpenOptions& options) {
    is_opened.set_value();
    return open(input, options);
  };
  std::thread canceller([&] {
    is_opened.get_future().wait();
    run.options.stream.open.cancel.request();
  });
  const RunSummary summary = run.to_end();
  canceller.join();
  CHECK(summary.is_interrupted);
  CHECK(run.grammar.violations() == Violations{});
}

TEST_CASE("pace: everything comes, and not faster than it sounds") {
  ScriptedRun run({{.format = {8000, 1}, .steps = {data(800), data(0), data(160)}}});
  run.options.stream.window = in_samples(80);
  run.options.stream.is_paced = true;
  const auto begin = Clock::now();
  run.to_end();
  // The first window is due one window after it was ready, so all of them take at least the whole time.
  CHECK(Clock::now() - begin >= std::chrono::milliseconds(120));
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.stream(0).joined_samples() == ramp(960));
}

TEST_CASE("pace: a live source has a pace of its own") {
  Script script = hours();
  script.info.is_live = true;
  ScriptedRun run({script});
  run.options.stream.window = in_samples(kHourSamples);
  run.options.stream.is_paced = true;
  run.to_end();
  CHECK(run.stream(0).windows.size() == 2);
  CHECK(run.grammar.violations() == Violations{});
}
