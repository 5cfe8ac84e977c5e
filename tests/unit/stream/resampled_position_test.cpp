// Positions through the whole chain: what --start, seeking over unwanted samples and any chunking must not change.
#include <doctest/doctest.h>

#include <algorithm>

#include "dsp/window_plan.hpp"
#include "stream/stream_run.hpp"
#include "support/scripted_run.hpp"
#include "support/signals.hpp"

using namespace astream;
using namespace astream::test;

namespace {

/// Events without those of the receiver's own numbering: what must be equal between two runs.
struct Delivered {
  std::vector<int64_t> window_samples;
  std::vector<int64_t> valid_samples;
  std::vector<float> samples;
  int64_t end_samples = 0;
  EndReason reason = EndReason::end;
  bool operator==(const Delivered&) const = default;
};

struct Outcome {
  Delivered delivered;
  ScriptLog log;
};

Outcome run_script(const Script& script, const StreamOptions& options) {
  ScriptedRun run({script});
  run.options.stream = options;
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  Outcome outcome;
  outcome.log = run.log;
  outcome.delivered.samples = run.stream(0).joined_samples();
  for (const KeptWindow& window : run.stream(0).windows) {
    outcome.delivered.window_samples.push_back(window.head.sample);
    outcome.delivered.valid_samples.push_back(window.head.valid_samples);
  }
  REQUIRE(run.stream(0).end);
  outcome.delivered.end_samples = run.stream(0).end->samples;
  outcome.delivered.reason = run.stream(0).end->reason;
  return outcome;
}

std::vector<ScriptStep> blocks_of(int64_t total, int64_t block) {
  std::vector<ScriptStep> steps;
  for (int64_t done = 0; done < total; done += block) steps.push_back(data(std::min(block, total - done)));
  return steps;
}

}  // namespace

TEST_CASE("resampled positions: a start in the middle gives the bits of a whole run") {
  // 25 s: more than two segments of the resampler.
  constexpr int64_t kTotal = 25 * 8000;
  Script script{.format = {8000, 2}, .steps = blocks_of(kTotal, 1777), .signal = noise_signal};
  StreamOptions options;
  options.rate_hz = 6000;
  options.channels = 1;
  options.window = in_samples(1000);
  options.tail = Tail::crop;
  const std::vector<float> whole = run_script(script, options).delivered.samples;
  REQUIRE(whole.size() == 25 * 6000);
  for (const bool can_seek : {false, true}) {
    script.can_seek = can_seek;
    for (const int64_t start : {1, 5999, 59'999, 60'000, 60'001, 90'123, 149'999, 150'000}) {
      CAPTURE(can_seek);
      CAPTURE(start);
      options.start = in_samples(start);
      options.duration = in_samples(3000);
      const Outcome part = run_script(script, options);
      const auto first = whole.begin() + start;
      const auto last = whole.begin() + std::min<int64_t>(start + 3000, static_cast<int64_t>(whole.size()));
      CHECK(part.delivered.samples == std::vector<float>(first, last));
      if (can_seek) {
        CHECK(part.log.seeks.size() == 1);
        CHECK(part.log.given_samples < 16 * 8000);  // a segment, at most, and what is wanted
      }
    }
  }
}

TEST_CASE("hop above the window: seeking over the samples between changes nothing but the work") {
  for (const int64_t total : {60'000, 61'000, 63'400, 63'500, 63'501, 69'999, 70'001}) {
    Script script{.steps = blocks_of(total, 999), .signal = noise_signal, .can_seek = true};
    StreamOptions options;
    options.window = in_samples(500);
    options.hop = in_samples(7000);
    for (const Tail tail : {Tail::pad, Tail::crop, Tail::drop}) {
      for (const bool is_resampled : {false, true}) {
        for (const int64_t limit : {0, 30'000, 31'300}) {
          CAPTURE(total);
          CAPTURE(is_resampled);
          CAPTURE(limit);
          options.tail = tail;
          options.rate_hz = is_resampled ? 800 : 1000;
          options.duration.reset();
          if (limit > 0) options.duration = in_samples(limit);
          script.has_fast_seek = false;
          const Outcome slow = run_script(script, options);
          script.has_fast_seek = true;
          const Outcome fast = run_script(script, options);
          CHECK(slow.delivered == fast.delivered);
          CHECK(slow.log.seeks.empty());
          REQUIRE(!fast.log.seeks.empty());
          if (!is_resampled) CHECK(fast.log.given_samples < slow.log.given_samples / 3);
        }
      }
    }
  }
}

TEST_CASE("hop above the window: short skips are read, not sought") {
  const Script script{.steps = blocks_of(20'000, 100), .can_seek = true, .has_fast_seek = true};
  StreamOptions options;
  options.window = in_samples(500);
  options.hop = in_samples(1000);
  const Outcome outcome = run_script(script, options);
  CHECK(outcome.log.seeks.empty());
  CHECK(outcome.delivered.window_samples.size() == 20);
}

TEST_CASE("any chunking of the input gives the same windows through mixing, resampling and windows") {
  constexpr int64_t kTotal = 30'000;
  Script script{.format = {44100, 3}, .steps = {data(kTotal)}, .signal = noise_signal};
  StreamOptions options;
  options.rate_hz = 16000;
  options.channels = 1;
  options.window = in_samples(1024);
  options.hop = in_samples(700);
  const Outcome whole = run_script(script, options);
  const int64_t out_samples = resampled_length(kTotal, 44100, 16000);
  REQUIRE(whole.delivered.end_samples == out_samples);
  REQUIRE(static_cast<int64_t>(whole.delivered.window_samples.size()) ==
          window_count(out_samples, {1024, 700, Tail::pad}));
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    script.steps.clear();
    for (const int64_t chunk : random_chunks(kTotal, 6000, seed)) {
      script.steps.push_back(data(chunk));
      if (chunk % 3 == 0) script.steps.push_back(would_block());
    }
    CHECK(run_script(script, options).delivered == whole.delivered);
  }
}

TEST_CASE("any chunking of the input gives the same windows through a filter") {
  constexpr int64_t kTotal = 12'000;
  Script script{.format = {8000, 2}, .steps = {data(kTotal)}, .signal = noise_signal};
  StreamOptions options;
  options.filter = "highpass=f=200,volume=0.5";
  options.window = in_samples(512);
  const Outcome whole = run_script(script, options);
  for (unsigned seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    script.steps.clear();
    for (const int64_t chunk : random_chunks(kTotal, 3000, seed)) script.steps.push_back(data(chunk));
    CHECK(run_script(script, options).delivered == whole.delivered);
  }
}
