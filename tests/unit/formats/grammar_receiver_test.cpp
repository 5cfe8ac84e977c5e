#include "support/grammar_receiver.hpp"

#include <doctest/doctest.h>

#include "support/collecting_receiver.hpp"

using namespace astream;
using namespace astream::test;

namespace {

const std::vector<float> kSamples{1, 2, 3, 4};

StreamStart start_of(int64_t stream) {
  StreamStart start;
  start.stream = stream;
  start.format = {4, 1};
  start.plan = {4, 4, Tail::pad};
  return start;
}

Window window_of(int64_t stream, int64_t number) {
  Window window;
  window.stream = stream;
  window.window = number;
  window.sample = number * 4;
  window.time_s = static_cast<double>(number);
  window.format = {4, 1};
  window.valid_samples = 4;
  window.samples = kSamples;
  return window;
}

StreamError error_of(int64_t stream) {
  return {stream, "x", ErrorKind::open, "m", ""};
}

}  // namespace

TEST_CASE("grammar_receiver: a right run has no violations, and is passed on whole") {
  CollectingReceiver collecting;
  GrammarReceiver grammar(&collecting);
  grammar.set_start({"test"});
  grammar.stream_start(start_of(0));
  CHECK(grammar.window(window_of(0, 0)) == Flow::proceed);
  grammar.stream_info({});
  grammar.window(window_of(0, 1));
  grammar.stream_end({.stream = 0, .windows = 2, .samples = 8});
  grammar.stream_error(error_of(1));
  grammar.stream_start(start_of(2));
  grammar.stream_error(error_of(2));
  grammar.stream_end({.stream = 2, .reason = EndReason::error});
  CHECK_FALSE(grammar.is_complete());
  grammar.set_end({.streams = 3, .failed = 2, .windows = 2, .samples = 8});
  CHECK(grammar.violations() == Violations{});
  CHECK(collecting.events == std::vector<std::string>{"set_start", "stream_start 0", "window 0/0", "stream_info 0",
                                                      "window 0/1", "stream_end 0", "stream_error 1", "stream_start 2",
                                                      "stream_error 2", "stream_end 2", "set_end"});
  REQUIRE(collecting.streams.size() == 3);
  CHECK(collecting.streams[0].joined_samples() == std::vector<float>{1, 2, 3, 4, 1, 2, 3, 4});
  CHECK(collecting.streams[0].infos.size() == 1);
  CHECK_FALSE(collecting.streams[1].start);
  CHECK(collecting.streams[1].error);
  CHECK(collecting.streams[2].start);
  CHECK(collecting.streams[2].error);
  CHECK(collecting.streams[2].end->reason == EndReason::error);
}

TEST_CASE("grammar_receiver: stop is passed back") {
  CollectingReceiver collecting;
  collecting.stop_after_windows = 2;
  GrammarReceiver grammar(&collecting);
  grammar.set_start({"test"});
  grammar.stream_start(start_of(0));
  CHECK(grammar.window(window_of(0, 0)) == Flow::proceed);
  CHECK(grammar.window(window_of(0, 1)) == Flow::stop);
}

TEST_CASE("grammar_receiver: breaches are found") {
  const auto breach = [](auto play) {
    GrammarReceiver grammar;
    grammar.set_start({"test"});
    play(grammar);
    const Violations found = grammar.violations();
    REQUIRE_FALSE(found.empty());
    return found.front();
  };
  CHECK(breach([](auto&) {}) == "the set was not ended");
  CHECK(breach([](auto& g) { g.set_start({}); }) == "set_start in the middle");
  CHECK(breach([](auto& g) { g.window(window_of(0, 0)); }) == "window outside of a stream or behind its error");
  CHECK(breach([](auto& g) { g.stream_end({}); }) == "stream_end without a stream");
  CHECK(breach([](auto& g) { g.set_end({.streams = 1}); }) == "set_end counts other streams than came");
  const auto in_stream = [&](auto play) {
    return breach([&](auto& grammar) {
      grammar.stream_start(start_of(0));
      play(grammar);
    });
  };
  CHECK(in_stream([](auto& g) { g.stream_start(start_of(0)); }) == "stream_start of a stream that is open");
  CHECK(in_stream([](auto& g) { g.set_end({.streams = 1}); }) == "set_end out of place");
  CHECK(in_stream([](auto& g) { g.window(window_of(1, 0)); }) == "window outside of a stream or behind its error");
  CHECK(in_stream([](auto& g) { g.window(window_of(0, 1)); }) == "window out of number");
  CHECK(in_stream([](auto& g) { g.stream_end({.windows = 1}); }) == "stream_end counts other windows than came");
  CHECK(in_stream([](auto& g) {
          g.stream_error(error_of(0));
          g.window(window_of(0, 0));
        }) == "window outside of a stream or behind its error");
  CHECK(in_stream([](auto& g) {
          g.stream_error(error_of(0));
          g.stream_end({});
        }) == "stream_end without the error as its reason");
  CHECK(in_stream([](auto& g) {
          Window window = window_of(0, 0);
          window.time_s = 1;
          g.window(window);
        }) == "window whose time is not its sample");
  CHECK(in_stream([](auto& g) {
          Window window = window_of(0, 0);
          window.samples = window.samples.first(3);
          window.valid_samples = 3;
          g.window(window);
        }) == "window of another length than planned");
}
