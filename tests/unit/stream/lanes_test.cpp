// Live inputs that run side by side: who waits for whom, and the grammar of what comes out.
#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "support/scripted_run.hpp"

using namespace astream;
using namespace astream::test;

namespace {

const Error kLost(ErrorKind::network, "the line went dead");

Script live(std::vector<ScriptStep> steps) {
  Script script{.steps = std::move(steps)};
  script.runs_by_itself = true;
  script.info.is_live = true;
  return script;
}

/// A live input and a page that is asked for until `may_answer` or `abort`, which plays the second script.
struct SlowPage {
  std::shared_ptr<std::atomic<bool>> may_answer = std::make_shared<std::atomic<bool>>(false);
  CancelToken abort;
  ScriptedRun run;

  explicit SlowPage(std::vector<ScriptStep> first) : run({live(std::move(first)), live({data(4), data(4)})}) {}

  Generator make_generator() {
    const auto fetch = [may_answer = may_answer, abort = abort](const Input&) -> std::string {
      while (!*may_answer) {
        if (abort.wait_until(Clock::now() + std::chrono::milliseconds(1))) throw Cancelled{};
      }
      return "";
    };
    return {Resolver({"tone:0", "ytdl:1"}, {}, fetch, abort), run.options, *run.receiver};
  }
};

/// Stream numbers in the order in which their windows came.
class OrderReceiver : public CollectingReceiver {
 public:
  std::vector<int64_t> order;
  Flow window(const Window& window) override {
    order.push_back(window.stream);
    return CollectingReceiver::window(window);
  }
};

}  // namespace

TEST_CASE("lanes: live inputs run side by side, each with all of its windows") {
  ScriptedRun run({live({data(4), would_block(), data(4), data(4)}),
                   live({would_block(), data(4), would_block(), data(8)}), live({data(12)})});
  OrderReceiver order;
  GrammarReceiver grammar(&order);
  run.receiver = &grammar;
  const RunSummary summary = run.to_end();
  CHECK(grammar.violations() == Violations{});
  CHECK(grammar.most_open() == 3);
  CHECK(summary.streams == 3);
  for (size_t stream = 0; stream < 3; ++stream) {
    CHECK(order.streams.at(stream).joined_samples() == std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  }
  REQUIRE(order.order.size() == 9);
  CHECK(std::set<int64_t>(order.order.begin(), order.order.begin() + 4).size() > 1);
}

TEST_CASE("lanes: one that does not open, is lost or is refused does not stop the others") {
  Script never = live({});
  never.opening_looks = 1'000'000;
  Script closed = live({});
  closed.raise_at_open = [] { throw kLost; };
  ScriptedRun run({never, closed, live({data(4), raise(kLost)}), live({data(4), data(4), data(4)})});
  Generator generator = run.make_generator();
  while (run.kept.streams.size() < 4 || !run.kept.streams[3].end) generator.poll(Clock::now());
  CHECK_FALSE(run.stream(0).start);
  CHECK(run.stream(1).error->message == "the line went dead");
  CHECK(run.stream(2).end->reason == EndReason::lost);
  CHECK(run.stream(3).end->reason == EndReason::end);
  CHECK(run.stream(3).windows.size() == 3);
}

TEST_CASE("lanes: stored inputs come one at a time beside a live one") {
  ScriptedRun run(
      {live({data(4), would_block(), data(4), would_block(), data(4)}), {.steps = {data(8)}}, {.steps = {data(8)}}});
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.grammar.most_open() == 2);
  for (const KeptStream& stream : run.kept.streams) CHECK(stream.end->reason == EndReason::end);
}

TEST_CASE("lanes: stored inputs run some at a time where that is wanted") {
  const Script stored{.steps = {data(8), data(8)}};
  ScriptedRun run({stored, stored, stored, live({data(8), would_block(), data(8)}), stored});
  run.options.stored_at_once = 2;
  run.to_end();
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.grammar.most_open() == 3);
  REQUIRE(run.kept.streams.size() == 5);
  for (const KeptStream& stream : run.kept.streams) CHECK(stream.windows.size() == 4);
}

TEST_CASE("lanes: a stop by the receiver, an error under --on-error stop and a cancellation end all of them") {
  class StopAtThird : public CollectingReceiver {
   public:
    int windows = 0;
    Flow window(const Window& window) override {
      CollectingReceiver::window(window);
      return ++windows == 3 ? Flow::stop : Flow::proceed;
    }
  };
  const std::vector<ScriptStep> endless(1000, data(4));
  StopAtThird stopping;
  ScriptedRun stopped({live(endless), live(endless)});
  GrammarReceiver grammar(&stopping);
  stopped.receiver = &grammar;
  CHECK(stopped.to_end().is_stopped_by_receiver);
  CHECK(grammar.violations() == Violations{});
  for (const KeptStream& stream : stopping.streams) CHECK(stream.end->reason == EndReason::stop);

  ScriptedRun failed({live(endless), live({data(4), raise(kLost)})});
  failed.options.on_error = OnError::stop;
  failed.to_end();
  CHECK(failed.grammar.violations() == Violations{});
  CHECK(failed.stream(0).end->reason == EndReason::stop);
  CHECK(failed.stream(1).end->reason == EndReason::lost);

  ScriptedRun cancelled({live(endless), live({data(4), raise(Cancelled{})})});
  CHECK(cancelled.to_end().is_interrupted);
  CHECK(cancelled.grammar.violations() == Violations{});
  CHECK(cancelled.stream(0).end->reason == EndReason::interrupted);
}

TEST_CASE("lanes: what a receiver throws in one of them ends all, and comes out") {
  struct Thrown {};
  class Throwing : public CollectingReceiver {
   public:
    Flow window(const Window& window) override {
      if (window.stream == 1) throw Thrown{};
      return CollectingReceiver::window(window);
    }
  };
  Throwing receiver;
  ScriptedRun run({live(std::vector<ScriptStep>(100, data(4))), live({data(4)})});
  GrammarReceiver grammar(&receiver);
  run.receiver = &grammar;
  CHECK_THROWS_AS(run.to_end(), Thrown);
  CHECK(grammar.is_complete());
  CHECK(receiver.streams.at(0).end->reason == EndReason::stop);
  CHECK(receiver.streams.at(1).end->reason == EndReason::stop);
}

TEST_CASE("lanes: what a receiver refuses in the middle, or at the end, ends its own stream alone") {
  class Refusing : public CollectingReceiver {
   public:
    explicit Refusing(bool at_end) : at_end_(at_end) {}
    Flow window(const Window& window) override {
      if (!at_end_ && window.stream == 1) throw StreamRefused(Error(ErrorKind::output, "no space"));
      return CollectingReceiver::window(window);
    }
    void stream_end(const StreamEnd& event) override {
      CollectingReceiver::stream_end(event);
      if (at_end_ && event.stream == 1) throw StreamRefused(Error(ErrorKind::output, "no space"));
    }

   private:
    bool at_end_;
  };
  for (const bool at_end : {false, true}) {
    CAPTURE(at_end);
    set_log_sink([](LogLevel, std::string_view) {});
    Refusing receiver(at_end);
    ScriptedRun run({live(std::vector<ScriptStep>(100, data(4))), live({data(4), data(4)}), {.steps = {data(8)}}});
    GrammarReceiver grammar(&receiver);
    run.receiver = &grammar;
    const RunSummary summary = run.to_end();
    set_log_sink({});
    CHECK(grammar.is_complete());
    if (!at_end) CHECK(grammar.violations() == Violations{});  // else one counts as failed that had no stream_error
    CHECK((summary.streams == 3 && summary.failed == 1 && summary.delivered == 2));
    CHECK(receiver.streams.at(0).end->reason == EndReason::end);
    CHECK(receiver.streams.at(1).end->reason == (at_end ? EndReason::end : EndReason::error));
    CHECK(receiver.streams.at(1).error.has_value() == !at_end);
    CHECK(receiver.streams.at(2).end->reason == EndReason::end);
  }
}

TEST_CASE("lanes: a poll with nothing to give returns at its deadline") {
  ScriptedRun run(
      {live(std::vector<ScriptStep>(1000, would_block())), live(std::vector<ScriptStep>(1000, would_block()))});
  Generator generator = run.make_generator();
  for (int i = 0; i < 10; ++i) CHECK(generator.poll(Clock::now() + std::chrono::milliseconds(1)) == Progress::more);
}

TEST_CASE("lanes: a live input goes on while the name of the next one is being resolved") {
  SlowPage page(std::vector<ScriptStep>(1000, data(4)));
  Generator generator = page.make_generator();
  while (page.run.kept.streams.empty() || page.run.stream(0).windows.size() < 100) generator.poll(Clock::now());
  CHECK(page.run.kept.streams.size() == 1);
  CHECK_FALSE(generator.known_total());
  *page.may_answer = true;
  while (generator.poll(Clock::now()) == Progress::more) {
  }
  CHECK(page.run.grammar.violations() == Violations{});
  CHECK(page.run.stream(0).windows.size() == 1000);
  CHECK(page.run.stream(1).windows.size() == 2);
  CHECK(generator.summary().streams == 2);
}

TEST_CASE("lanes: what is still being resolved when the last stream ends comes all the same") {
  SlowPage page({data(4)});
  Generator generator = page.make_generator();
  while (page.run.kept.streams.empty() || !page.run.stream(0).end) generator.poll(Clock::now());
  CHECK(generator.poll(Clock::now() + std::chrono::milliseconds(5)) == Progress::more);
  *page.may_answer = true;
  CHECK(generator.run().streams == 2);
  CHECK(page.run.grammar.violations() == Violations{});
  CHECK(page.run.stream(1).windows.size() == 2);
}

TEST_CASE("lanes: a run that is over does not wait for a name that is being resolved") {
  SlowPage page(std::vector<ScriptStep>(1000, data(4)));
  SUBCASE("stopped") {
    class StopAtTenth : public CollectingReceiver {
     public:
      Flow window(const Window& window) override { return window.window == 9 ? Flow::stop : Flow::proceed; }
    };
    StopAtTenth stopping;
    page.run.receiver = &stopping;
    CHECK(page.make_generator().run().is_stopped_by_receiver);
  }
  SUBCASE("cancelled") {
    Generator generator = page.make_generator();
    while (page.run.kept.streams.empty() || page.run.stream(0).windows.empty()) generator.poll(Clock::now());
    page.run.options.stream.open.cancel.request();
    CHECK(generator.run().is_interrupted);
    CHECK(page.run.grammar.is_complete());
  }
  SUBCASE("let go of") {
    Generator generator = page.make_generator();
    while (page.run.kept.streams.empty() || page.run.stream(0).windows.empty()) generator.poll(Clock::now());
  }
  CHECK(page.abort.is_requested());
}

TEST_CASE("lanes: a live source is told how much its reader lacks, for nobody to be woken by less") {
  ScriptedRun run({live({data(1), data(2), data(3), would_block(), data(2)})});
  run.to_end();
  using std::chrono::milliseconds;
  CHECK(run.log.wanted == std::vector<milliseconds>{milliseconds(4), milliseconds(3), milliseconds(1), milliseconds(2),
                                                    milliseconds(2), milliseconds(4)});
}

TEST_CASE("lanes: where what is left over is kept, every block counts") {
  ScriptedRun run({live({data(1), data(2)})});
  run.options.stream.keeps_rest = true;
  run.to_end();
  CHECK(run.log.wanted.empty());
}

TEST_CASE("lanes: a stored input waits for the receiver, the live ones beside it do not") {
  ScriptedRun run({live({data(4), would_block(), data(4)}), Script{.steps = {data(4), data(4)}}});
  OrderReceiver receiver;
  run.receiver = &receiver;
  run.options.await_receiver = [&](Clock::time_point) { return receiver.order.size() >= 2; };
  run.to_end();
  CHECK(receiver.order == std::vector<int64_t>{0, 0, 1, 1});
}

TEST_CASE("lanes: a stored input alone lets the receiver wait as long as the caller of poll has time") {
  ScriptedRun run({Script{.steps = {data(4), data(4)}}});
  std::vector<Clock::time_point> asked;
  run.options.await_receiver = [&](Clock::time_point deadline) {
    asked.push_back(deadline);
    return asked.size() > 3;
  };
  Generator generator = run.make_generator();
  const auto deadline = Clock::now() + std::chrono::hours(1);
  while (generator.poll(deadline) == Progress::more) {
  }
  CHECK(run.grammar.violations() == Violations{});
  CHECK(run.window_samples(0) == std::vector<int64_t>{0, 4});
  CHECK(asked.size() > 3);
  CHECK(asked == std::vector<Clock::time_point>(asked.size(), deadline));
}
