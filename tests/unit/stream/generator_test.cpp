#include "stream/generator.hpp"

#include <doctest/doctest.h>

#include <new>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "support/scripted_run.hpp"

using namespace astream;
using namespace astream::test;

namespace {

const Error kFault(ErrorKind::network, "the line went dead", "", "plug it in");

Script plain(int64_t samples = 10) {
  return {.steps = {data(samples)}};
}

/// Throws at the event of that number, counted from 0, and from then on at every further one.
class ThrowingReceiver : public Receiver {
 public:
  struct Thrown {
    int event;
  };
  explicit ThrowingReceiver(int throw_at) : throw_at_(throw_at) {}
  int events = 0;

  void set_start(const SetStart&) override { count(); }
  void stream_start(const StreamStart&) override { count(); }
  Flow window(const Window&) override {
    count();
    return Flow::proceed;
  }
  void stream_info(const StreamInfo&) override { count(); }
  void stream_error(const StreamError&) override { count(); }
  void stream_end(const StreamEnd&) override { count(); }
  void set_end(const SetEnd&) override { count(); }

 private:
  void count() {
    const int event = events++;
    if (event >= throw_at_) throw Thrown{event};
  }
  int throw_at_;
};

/// All kinds of steps, a failing stream, an input that can't be opened, and one with several streams.
std::vector<Script> varied_scripts() {
  Script odd{.format = {1000, 2},
             .steps = {data(3), would_block(), data(6), gap(5), data(9), new_tags({{"title", "b"}}),
                       format_change({2000, 1}), data(12)}};
  Script failing{.steps = {data(6), raise(kFault)}};
  Script closed{.raise_at_open = [] { throw kFault; }};
  Script two = plain();
  two.following = {plain(5)};
  return {odd, failing, closed, two, plain(0)};
}

}  // namespace

TEST_CASE("generator: one input, event by event") {
  ScriptedRun run({plain()});
  const RunSummary summary = run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.kept.events == std::vector<std::string>{"set_start", "stream_start 0", "window 0/0", "window 0/1",
                                                    "window 0/2", "stream_end 0", "set_end"});
  CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0});
  CHECK(run.stream(0).windows[2].head.valid_samples == 2);
  CHECK(run.stream(0).end->reason == EndReason::end);
  CHECK(run.stream(0).end->samples == 10);
  CHECK(summary.streams == 1);
  CHECK(summary.delivered == 1);
  CHECK(summary.failed == 0);
  CHECK(run.log.opened == 1);
  CHECK(run.log.closed == 1);
}

TEST_CASE("generator: a set without inputs is still a set") {
  ScriptedRun run({});
  run.to_end();
  CHECK(run.kept.events == std::vector<std::string>{"set_start", "set_end"});
}

TEST_CASE("generator: poll after the end stays done and says nothing more") {
  ScriptedRun run({plain()});
  Generator generator = run.make_generator();
  generator.run();
  const size_t events = run.kept.events.size();
  CHECK(generator.poll(Clock::now()) == Progress::done);
  CHECK(run.kept.events.size() == events);
}

TEST_CASE("generator: a receiver that has seen enough ends the run in good order") {
  ScriptedRun run({plain(), plain()});
  run.kept.stop_after_windows = 2;
  const RunSummary summary = run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.kept.events ==
        std::vector<std::string>{"set_start", "stream_start 0", "window 0/0", "window 0/1", "stream_end 0", "set_end"});
  CHECK(run.stream(0).end->reason == EndReason::stop);
  CHECK(summary.is_stopped_by_receiver);
  CHECK(summary.failed == 0);
}

TEST_CASE("generator: stopping is heeded also in what is delivered before an error") {
  ScriptedRun run({{.steps = {data(6), raise(kFault)}}, plain()});
  run.kept.stop_after_windows = 2;  // the second window is the rest before the error
  const RunSummary summary = run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.kept.streams.size() == 1);
  CHECK(summary.is_stopped_by_receiver);
}

TEST_CASE("generator: an input that can't be opened is told, and the next goes on") {
  ScriptedRun run({{.raise_at_open = [] { throw kFault; }}, plain()});
  const RunSummary summary = run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.kept.events == std::vector<std::string>{"set_start", "stream_error 0", "stream_start 1", "window 1/0",
                                                    "window 1/1", "window 1/2", "stream_end 1", "set_end"});
  const StreamError& error = *run.stream(0).error;
  CHECK(error.kind == ErrorKind::network);
  CHECK(error.message == "the line went dead");
  CHECK(error.hint == "plug it in");
  CHECK(error.uri == "tone:0");
  CHECK(summary.streams == 2);
  CHECK(summary.failed == 1);
  CHECK(summary.delivered == 1);
  CHECK(summary.unmatched == 0);
}

TEST_CASE("generator: policy stop ends the set at the first failure") {
  SUBCASE("at open") {
    ScriptedRun run({{.raise_at_open = [] { throw kFault; }}, plain()});
    run.options.on_error = OnError::stop;
    run.to_end();
    CHECK(run.kept.events == std::vector<std::string>{"set_start", "stream_error 0", "set_end"});
    CHECK(run.grammar.violations() == Violations{});
  }
  SUBCASE("in the middle") {
    ScriptedRun run({{.steps = {data(6), raise(kFault)}}, plain()});
    run.options.on_error = OnError::stop;
    run.to_end();
    CHECK(run.kept.events == std::vector<std::string>{"set_start", "stream_start 0", "window 0/0", "window 0/1",
                                                      "stream_error 0", "stream_end 0", "set_end"});
    CHECK(run.grammar.violations() == Violations{});
  }
}

TEST_CASE("generator: what was decoded is delivered before the error, by the tail rule") {
  ScriptedRun run({{.steps = {data(6), raise(kFault)}}});
  SUBCASE("pad") {
    run.to_end();
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5, 0, 0});
  }
  SUBCASE("crop") {
    run.options.stream.tail = Tail::crop;
    run.to_end();
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5});
  }
  SUBCASE("drop") {
    run.options.stream.tail = Tail::drop;
    run.to_end();
    CHECK(run.stream(0).joined_samples() == std::vector<float>{0, 1, 2, 3});
  }
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.kept.events[run.kept.events.size() - 3] == "stream_error 0");
  CHECK(run.stream(0).end->reason == EndReason::error);
  CHECK(run.stream(0).end->samples == 6);
}

TEST_CASE("generator: what the resampler holds is delivered before the error too") {
  ScriptedRun run({{.format = {8000, 1}, .steps = {data(4000), raise(kFault)}, .signal = noise_signal}});
  run.options.stream.rate_hz = 4000;
  run.options.stream.tail = Tail::crop;
  run.to_end();
  CHECK(run.stream(0).joined_samples().size() == 2000);
  CHECK(run.stream(0).end->samples == 2000);
  CHECK(run.grammar.violations() == Violations{});
}

TEST_CASE("generator: a source that throws at any step leaves a complete grammar and all samples before it") {
  const std::vector<ScriptStep> steps = {data(3), would_block(), data(6), gap(2), data(5), format_change({1000, 1}),
                                         data(7)};
  for (size_t at = 0; at <= steps.size(); ++at) {
    CAPTURE(at);
    Script script{.steps = steps};
    script.steps.insert(script.steps.begin() + static_cast<std::ptrdiff_t>(at), raise(kFault));
    int64_t samples_before = 0;
    for (size_t i = 0; i < at; ++i) samples_before += steps[i].kind == ReadKind::data ? steps[i].samples : 0;
    ScriptedRun run({script, plain()});
    const RunSummary summary = run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.stream(0).end->samples == samples_before);
    CHECK(run.stream(0).end->reason == EndReason::error);
    CHECK(run.stream(0).error->message == "the line went dead");
    CHECK(run.stream(1).end->reason == EndReason::end);
    CHECK(summary.failed == 1);
    CHECK(summary.delivered == (samples_before > 0 ? 2 : 1));
    CHECK(run.log.closed == run.log.opened);
  }
}

TEST_CASE("generator: an exception that is no Error ends the run, but the grammar is completed first") {
  SUBCASE("while reading") {
    ScriptedRun run({{.steps = {data(6), raise(std::bad_alloc())}}, plain()});
    CHECK_THROWS_AS(run.to_end(), std::bad_alloc);
    CHECK(run.grammar.violations() == Violations{});
  }
  SUBCASE("while opening") {
    ScriptedRun run({{.raise_at_open = [] { throw std::bad_alloc(); }}, plain()});
    CHECK_THROWS_AS(run.to_end(), std::bad_alloc);
    CHECK(run.grammar.violations() == Violations{});
  }
}

TEST_CASE("generator: a receiver that throws at any event gets the grammar completed, and its exception comes out") {
  for (int at = 0;; ++at) {
    CAPTURE(at);
    ScriptedRun run(varied_scripts());
    ThrowingReceiver throwing(at);
    GrammarReceiver grammar(&throwing);
    run.receiver = &grammar;
    bool has_thrown = false;
    try {
      run.to_end();
    } catch (const ThrowingReceiver::Thrown& thrown) {
      has_thrown = true;
      CHECK(thrown.event == at);
    }
    CHECK(grammar.violations() == Violations{});
    CHECK(run.log.closed == run.log.opened);
    if (!has_thrown) {
      CHECK(at == throwing.events);
      REQUIRE(at > 20);
      break;
    }
  }
}

TEST_CASE("generator: Error(usage) out of stream_start refuses that stream alone") {
  struct Refusing : CollectingReceiver {
    void stream_start(const StreamStart& event) override {
      CollectingReceiver::stream_start(event);
      if (event.stream == 0) throw Error(ErrorKind::usage, "I take mono only");
    }
  };
  ScriptedRun run({plain(), plain()});
  Refusing refusing;
  GrammarReceiver grammar(&refusing);
  run.receiver = &grammar;
  const RunSummary summary = run.to_end();
  CHECK(grammar.violations() == Violations{});
  CHECK(refusing.streams.at(0).windows.empty());
  CHECK(refusing.streams.at(0).error->message == "I take mono only");
  CHECK(refusing.streams.at(0).error->uri == "tone:0");
  CHECK(refusing.streams.at(1).windows.size() == 3);
  CHECK(summary.failed == 1);
  CHECK(summary.delivered == 1);
}

TEST_CASE("generator: cancelled at any poll, the grammar is complete") {
  for (int at = 0;; ++at) {
    CAPTURE(at);
    ScriptedRun run(varied_scripts());
    Generator generator = run.make_generator();
    int polls = 0;
    while (true) {
      if (polls++ == at) run.options.stream.open.cancel.request();
      if (generator.poll(Clock::now()) == Progress::done) break;
    }
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.log.closed == run.log.opened);
    if (polls <= at) {
      CHECK_FALSE(generator.summary().is_interrupted);
      REQUIRE(at > 30);
      break;
    }
    if (at > 0 && at < polls - 1) CHECK(generator.summary().is_interrupted);
    for (const KeptStream& stream : run.kept.streams) {
      const bool is_last = &stream == &run.kept.streams.back();
      if (stream.end && !is_last) CHECK(stream.end->reason != EndReason::interrupted);
    }
  }
}

TEST_CASE("generator: a source that is cancelled while it opens or reads interrupts the run") {
  for (const bool is_at_open : {true, false}) {
    CAPTURE(is_at_open);
    Script script{.steps = {data(6), raise(Cancelled{})}};
    if (is_at_open) script.raise_at_open = [] { throw Cancelled{}; };
    ScriptedRun run({plain(), script, plain()});
    const RunSummary summary = run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(summary.is_interrupted);
    CHECK(summary.failed == 0);
    CHECK(run.kept.streams.size() == (is_at_open ? 1 : 2));
    if (!is_at_open) CHECK(run.stream(1).end->reason == EndReason::interrupted);
  }
}

TEST_CASE("generator: an input that holds several streams gives each a number of its own") {
  Script script = plain(4);
  script.following = {plain(8), {.steps = {data(4), raise(kFault)}}, plain(4)};
  ScriptedRun run({script, plain(4)});
  const RunSummary summary = run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(summary.streams == 5);
  CHECK(summary.failed == 1);
  REQUIRE(run.kept.streams.size() == 5);
  for (size_t i = 0; i < 5; ++i) {
    CAPTURE(i);
    CHECK(run.stream(i).start->stream == static_cast<int64_t>(i));
    CHECK(run.stream(i).start->uri == (i < 4 ? "tone:0" : "tone:1"));
  }
}

TEST_CASE("generator: the tags that change come as stream_info, where they change") {
  ScriptedRun run({{.steps = {data(6), new_tags({{"title", "one\xff"}}), data(6), new_tags({{"title", "two"}})}}});
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  REQUIRE(run.stream(0).infos.size() == 2);
  CHECK(run.stream(0).infos[0].tags == Tags{{"title", "one\xEF\xBF\xBD"}});
  CHECK(run.stream(0).infos[0].time_s == 0.006);
  CHECK(run.stream(0).infos[1].tags == Tags{{"title", "two"}});
  CHECK(run.stream(0).infos[1].time_s == 0.012);
}

TEST_CASE("generator: what stream_start tells") {
  Script script = plain(5000);
  script.info.duration_s = 5.0;
  script.info.codec = "pcm_s16le";
  script.info.tags = {{"title", "caf\xe9"}};
  script.info.is_live = true;
  ScriptedRun run({script});
  StreamOptions& stream = run.options.stream;
  stream.window = {0.5, {}};
  SUBCASE("as it is") {
    run.to_end();
    CHECK(run.stream(0).start->duration_s == 5.0);
    CHECK(run.stream(0).start->label == "tone:0");
    CHECK(run.stream(0).start->is_live);
    CHECK_FALSE(run.stream(0).start->may_wait);
    CHECK(run.stream(0).start->plan == WindowPlan{500, 500, Tail::pad});
    CHECK(run.stream(0).start->source.codec == "pcm_s16le");
    CHECK(run.stream(0).start->source.tags.at("title") == "caf\xEF\xBF\xBD");
  }
  SUBCASE("start and duration") {
    stream.start = {4, {}};
    stream.duration = TimeSpec{3, {}};
    run.to_end();
    CHECK(run.stream(0).start->duration_s == 1.0);
  }
  SUBCASE("a duration below the length") {
    stream.duration = TimeSpec{3, {}};
    run.to_end();
    CHECK(run.stream(0).start->duration_s == 3.0);
  }
  SUBCASE("a label in the content") {
    run.scripts[0].info.label_hint = "from inside";
    run.to_end();
    CHECK(run.stream(0).start->label == "from inside");
  }
  CHECK(run.grammar.violations() == Violations{});
}

TEST_CASE("generator: options that don't fit a source fail that stream alone") {
  ScriptedRun run({{.format = {1000, 2}, .steps = {data(4)}}, {.format = {1000, 4}, .steps = {data(4)}}});
  run.options.stream.picks = {3};
  const RunSummary summary = run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(summary.failed == 1);
  CHECK(run.stream(0).error->kind == ErrorKind::usage);
  CHECK(run.stream(0).error->message == "there is no channel 3, it has 2");
  CHECK_FALSE(run.stream(0).start);
  CHECK(run.stream(1).joined_samples()[1] == 1 + 2.0F / 1024);
}

TEST_CASE("generator: behind --duration an input that has several streams goes on, unless the stream may be endless") {
  Script script = plain(9);
  script.following = {plain(9)};
  SUBCASE("of known length") {
    script.info.duration_s = 0.009;
    ScriptedRun run({script});
    run.options.stream.duration = TimeSpec{0, 4};
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    REQUIRE(run.kept.streams.size() == 2);
    CHECK(run.stream(1).joined_samples() == std::vector<float>{0, 1, 2, 3});
  }
  SUBCASE("of unknown length") {
    ScriptedRun run({script});
    run.options.stream.duration = TimeSpec{0, 4};
    run.to_end();
    CHECK(run.grammar.violations() == Violations{});
    CHECK(run.kept.streams.size() == 1);
  }
}

TEST_CASE("generator: a list of names that can't be read ends the set, then throws") {
  ScriptedRun run({});
  Generator generator(Resolver({}, {{"/no/such/list", false}}, {}), run.options, run.grammar);
  CHECK_THROWS_AS(generator.run(), Error);
  CHECK(run.grammar.violations() == Violations{});
}
