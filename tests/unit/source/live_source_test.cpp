#include "source/live_source.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/live_peer.hpp"

using namespace astream;
using namespace astream::test;
using namespace std::chrono_literals;

namespace {

const Input kInput{"tone:live", false, "", Origin::user};

/// Options that connect anew without delay.
OpenOptions quick_options() {
  OpenOptions options;
  options.live.reconnect.min_delay = 1ms;
  options.live.reconnect.max_delay = 1ms;
  return options;
}

Clock::time_point soon() {
  return Clock::now() + 10s;
}

std::unique_ptr<Source> open_all(const LivePeer& peer, const OpenOptions& options, LiveTraits traits = {}) {
  auto source = open_live(kInput, options, traits, LivePeer(peer).opener());
  REQUIRE(source->wait_open(soon()));
  return source;
}

/// The next thing that is not would_block.
ReadResult next(Source& source) {
  while (true) {
    ReadResult result = source.read(soon());
    if (result.kind != ReadKind::would_block) return result;
  }
}

/// What a whole run gave.
struct Heard {
  int64_t samples = 0;
  int64_t gap = 0;
  int64_t dropped = 0;
  std::string failure;
};

Heard hear(Source& source) {
  Heard heard;
  try {
    while (true) {
      const ReadResult result = next(source);
      if (result.kind == ReadKind::end) return heard;
      heard.samples += static_cast<int64_t>(result.samples.size()) / source.info().format.channels;
      heard.gap += result.gap_samples;
      heard.dropped += result.dropped_samples;
    }
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::network);
    heard.failure = error.message();
  }
  return heard;
}

std::vector<ScriptStep> blocks(int count, int64_t samples) {
  return std::vector<ScriptStep>(static_cast<size_t>(count), data(samples));
}

}  // namespace

TEST_CASE("a live source is live, whatever the inner one says, and knows its format once it is open") {
  const LivePeer peer({{{8000, 2}, {data(10), silence()}, {}, {{"title", "One"}}}});
  const auto source = open_all(peer, quick_options());
  CHECK(source->info().is_live);
  CHECK(source->info().may_wait);
  CHECK(source->info().format == AudioFormat{8000, 2});
  CHECK(source->info().tags == Tags{{"title", "One"}});
  const ReadResult result = next(*source);
  CHECK(result.samples.size() == 20);
  CHECK(result.wallclock_us);
}

TEST_CASE("read() returns at its deadline while nothing comes") {
  const LivePeer peer({{{1000, 1}, {silence()}}});
  const auto source = open_all(peer, quick_options());
  const auto begin = Clock::now();
  CHECK(source->read(begin + 50ms).kind == ReadKind::would_block);
  CHECK(Clock::now() - begin >= 50ms);
  CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("wait_open() returns at its deadline while the opening takes its time") {
  const LivePeer peer({{{1000, 1}, {}, [](const OpenOptions& options) {
                          if (options.abort->wait_until(soon() + 1h)) throw Cancelled{};
                        }}});
  const auto source = open_live(kInput, quick_options(), {}, LivePeer(peer).opener());
  CHECK_FALSE(source->wait_open(Clock::now() + 50ms));
}

TEST_CASE("the first opening fails as any input does") {
  const LivePeer peer({});
  const auto source = open_live(kInput, quick_options(), {}, LivePeer(peer).opener());
  CHECK_THROWS_WITH_AS(source->wait_open(soon()), "refused", Error);
  CHECK(peer.opened() == 1);
}

TEST_CASE("--wait tries until it is there") {
  const auto refuse = [](const OpenOptions&) { throw Error(ErrorKind::network, "not yet"); };
  const LivePeer peer(
      {{{1000, 1}, {}, refuse}, {{1000, 1}, {}, refuse}, {{1000, 1}, {}, refuse}, {{1000, 1}, {data(10), silence()}}});
  OpenOptions options = quick_options();
  options.live.wait = LiveOptions::kForever;
  const auto source = open_all(peer, options);
  CHECK(peer.opened() == 4);
  CHECK(next(*source).samples.size() == 10);
  CHECK(source->reconnects() == 0);
}

TEST_CASE("--wait=T gives up after T, with the last error") {
  const LivePeer peer({});
  OpenOptions options = quick_options();
  options.live.wait = 50ms;
  const auto source = open_live(kInput, options, {}, LivePeer(peer).opener());
  CHECK_THROWS_WITH_AS(source->wait_open(soon()), "refused", Error);
  CHECK(peer.opened() > 1);
}

TEST_CASE("what was missed while it was gone comes as a gap, by the wall clock") {
  const auto late = [](const OpenOptions& options) { options.abort->wait_until(Clock::now() + 300ms); };
  const LivePeer peer({{{1000, 1}, {data(10), data(10)}}, {{1000, 1}, {data(10), silence()}, late}});
  const auto source = open_all(peer, quick_options());
  CHECK(next(*source).samples.size() == 10);
  CHECK(next(*source).samples.size() == 10);
  CHECK(source->reconnects() == 0);
  const ReadResult gap = next(*source);
  CHECK(gap.kind == ReadKind::gap);
  CHECK(gap.gap_samples >= 270);  // 300 ms less what had come ahead of its time
  CHECK(gap.gap_samples < 5000);
  CHECK(gap.dropped_samples == 0);
  CHECK(source->reconnects() == 1);
  CHECK(next(*source).kind == ReadKind::data);
}

TEST_CASE("a time line that is ahead of the clock does not run backwards") {
  const LivePeer peer({{{1000, 1}, {data(60'000)}}, {{1000, 1}, {data(9'000), silence()}}});
  OpenOptions options = quick_options();
  options.live.buffer = 100s;  // nothing is dropped, however late the reader is
  const auto source = open_all(peer, options);
  CHECK(next(*source).samples.size() == 60'000);
  const ReadResult result = next(*source);  // no gap between
  CHECK(result.kind == ReadKind::data);
  CHECK(source->reconnects() == 1);
}

TEST_CASE("where the inner source tells its gaps, none is measured") {
  const auto late = [](const OpenOptions& options) { options.abort->wait_until(Clock::now() + 100ms); };
  const LivePeer peer({{{1000, 1}, {data(10)}}, {{1000, 1}, {gap(7), data(10), silence()}, late}});
  LiveTraits traits;
  traits.is_gap_measured = false;
  const auto source = open_all(peer, quick_options(), traits);
  next(*source);
  CHECK(next(*source).gap_samples == 7);
  CHECK(next(*source).kind == ReadKind::data);
}

TEST_CASE("where the stream itself tells what is missing, the clock does not count") {
  const auto late = [](const OpenOptions& options) { options.abort->wait_until(Clock::now() + 300ms); };
  Connection second{{1000, 1}, {data(10)}, late};
  second.missed_samples = 7;
  Connection third{{1000, 1}, {data(10), silence()}, late};
  third.missed_samples = 0;
  const LivePeer peer({{{1000, 1}, {data(10)}}, second, third});
  const auto source = open_all(peer, quick_options());
  next(*source);
  CHECK(next(*source).gap_samples == 7);
  CHECK(next(*source).kind == ReadKind::data);
  CHECK(next(*source).kind == ReadKind::data);
  CHECK(source->reconnects() == 2);
}

TEST_CASE("another format after a reconnect is told behind the gap") {
  const auto late = [](const OpenOptions& options) { options.abort->wait_until(Clock::now() + 100ms); };
  const LivePeer peer({{{1000, 1}, {data(10)}}, {{2000, 2}, {data(10), silence()}, late}});
  const auto source = open_all(peer, quick_options());
  CHECK(next(*source).kind == ReadKind::data);
  CHECK(next(*source).kind == ReadKind::gap);
  CHECK(source->info().format == AudioFormat{1000, 1});
  const ReadResult change = next(*source);
  CHECK(change.kind == ReadKind::format_changed);
  CHECK(change.format == AudioFormat{2000, 2});
  CHECK(source->info().format == AudioFormat{2000, 2});
  CHECK(next(*source).samples.size() == 20);
}

TEST_CASE("only tags that changed are told, of a new connection too") {
  const LivePeer peer({{{1000, 1},
                        {data(9), new_tags({{"title", "B"}, {"genre", "x"}}), data(9)},
                        {},
                        {{"title", "A"}, {"genre", "x"}}},
                       {{1000, 1}, {data(9), silence()}, {}, {{"title", "C"}, {"genre", "x"}}}});
  const auto source = open_all(peer, quick_options());
  std::vector<Tags> told;
  for (int blocks = 0; blocks < 3;) {
    const ReadResult result = next(*source);
    blocks += result.kind == ReadKind::data ? 1 : 0;
    if (result.kind == ReadKind::tags) told.push_back(result.tags);
  }
  CHECK(told == std::vector<Tags>{{{"title", "B"}}, {{"title", "C"}}});
}

TEST_CASE("attempts that run out end it with an error, after all that came") {
  const LivePeer peer({{{1000, 1}, {data(10), raise(Error(ErrorKind::network, "cable cut"))}}});
  OpenOptions options = quick_options();
  options.live.reconnect.max_attempts = 3;
  const auto source = open_all(peer, options);
  const Heard heard = hear(*source);
  CHECK(heard.samples == 10);
  CHECK(heard.failure == "lost: refused");
  CHECK(peer.opened() == 4);
  CHECK(source->read(soon()).kind == ReadKind::end);
}

TEST_CASE("without any attempt, an end is the end where there can be one, else a loss") {
  OpenOptions options = quick_options();
  options.live.reconnect.max_attempts = 0;
  LiveTraits traits;
  traits.has_end = true;
  const LivePeer peer({{{1000, 1}, {data(10)}}});
  CHECK(hear(*open_all(peer, options, traits)).failure.empty());
  const LivePeer other({{{1000, 1}, {data(10)}}});
  CHECK(hear(*open_all(other, options)).failure == "lost: the other side ended it");
}

TEST_CASE("a live input that comes back as a recording has ended") {
  const LivePeer peer({{{1000, 1}, {data(10)}, {}, {}, true}, {{1000, 1}, {data(500)}, {}, {}, false}});
  const Heard heard = hear(*open_all(peer, quick_options()));
  CHECK(heard.samples == 10);
  CHECK(heard.failure.empty());
}

TEST_CASE("connected, but nothing comes: it is lost after the stall time") {
  const LivePeer peer({{{1000, 1}, {data(10), silence()}}, {{1000, 1}, {data(20), silence()}}});
  OpenOptions options = quick_options();
  options.stall_timeout = 120ms;
  const auto source = open_all(peer, options);
  CHECK(next(*source).samples.size() == 10);
  ReadResult result = next(*source);
  if (result.kind == ReadKind::gap) result = next(*source);
  CHECK(result.samples.size() == 20);
  CHECK(source->reconnects() == 1);
}

TEST_CASE("in every on-lag mode, accepted + dropped = offered") {
  for (const OnLag on_lag : {OnLag::block, OnLag::drop_oldest, OnLag::drop_newest}) {
    const LivePeer peer({{{1000, 1}, blocks(400, 25)}});
    OpenOptions options = quick_options();
    options.live.buffer = 500ms;
    options.live.on_lag = on_lag;
    options.live.reconnect.max_attempts = 0;
    const auto source = open_all(peer, options);
    const int64_t expected = on_lag == OnLag::block ? 500 : 10'000;  // what is given before anybody reads
    while (peer.given_samples() < expected) std::this_thread::sleep_for(1ms);
    const Heard heard = hear(*source);
    CHECK(heard.samples + heard.dropped == peer.given_samples());
    CHECK(peer.given_samples() == 10'000);
    CHECK(heard.gap == 0);
    if (on_lag == OnLag::block) CHECK(heard.dropped == 0);
    if (on_lag != OnLag::block) CHECK(heard.samples == 500);
  }
}

TEST_CASE("cancelling works at once in every state") {
  const auto hang = [](const OpenOptions& options) {
    if (options.abort->wait_until(soon() + 1h)) throw Cancelled{};
  };
  const auto refuse = [](const OpenOptions&) { throw Error(ErrorKind::network, "not yet"); };
  OpenOptions options = quick_options();
  SUBCASE("connecting") {
    const auto source = open_live(kInput, options, {}, LivePeer({{{1000, 1}, {}, hang}}).opener());
    options.cancel.request();
    CHECK_THROWS_AS(source->wait_open(soon()), Cancelled);
  }
  SUBCASE("waiting for what is not there") {
    options.live.reconnect.min_delay = options.live.reconnect.max_delay = 1h;
    options.live.wait = LiveOptions::kForever;
    const auto source = open_live(kInput, options, {}, LivePeer({{{1000, 1}, {}, refuse}}).opener());
    CHECK_FALSE(source->wait_open(Clock::now() + 10ms));
    options.cancel.request();
    CHECK_THROWS_AS(source->wait_open(soon()), Cancelled);
  }
  SUBCASE("reading and stalled") {
    const LivePeer peer({{{1000, 1}, {data(5), silence()}}});
    const auto source = open_all(peer, options);
    next(*source);
    options.cancel.request();
    CHECK_THROWS_AS(source->read(soon()), Cancelled);
  }
  SUBCASE("in the back-off") {
    options.live.reconnect.min_delay = options.live.reconnect.max_delay = 1h;
    const LivePeer peer({{{1000, 1}, {data(5)}}});
    const auto source = open_all(peer, options);
    next(*source);
    CHECK(source->read(Clock::now() + 10ms).kind == ReadKind::would_block);
    options.cancel.request();
    CHECK_THROWS_AS(source->read(soon()), Cancelled);
  }
  SUBCASE("connecting anew") {
    const LivePeer peer({{{1000, 1}, {data(5)}}, {{1000, 1}, {}, hang}});
    const auto source = open_all(peer, options);
    next(*source);
    while (peer.opened() < 2) std::this_thread::sleep_for(1ms);
    options.cancel.request();
    CHECK_THROWS_AS(source->read(soon()), Cancelled);
  }
}

TEST_CASE("a source that is let go of ends its thread, wherever that is") {
  const auto hang = [](const OpenOptions& options) {
    if (options.abort->wait_until(soon() + 1h)) throw Cancelled{};
  };
  const auto begin = Clock::now();
  OpenOptions options = quick_options();
  { const auto source = open_live(kInput, options, {}, LivePeer({{{1000, 1}, {}, hang}}).opener()); }
  { const auto source = open_all(LivePeer({{{1000, 1}, {data(5), silence()}}}), options); }
  options.live.on_lag = OnLag::block;
  options.live.buffer = 1ms;
  { const auto source = open_all(LivePeer({{{1000, 1}, blocks(100, 5)}}), options); }
  options.live.reconnect.min_delay = options.live.reconnect.max_delay = 1h;
  { const auto source = open_all(LivePeer(std::vector<Connection>{{{1000, 1}, {}}}), options); }
  CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("what is lost while connected, outages and the driver's overflows are counted apart, over all connections") {
  Connection first{{1000, 1}, {data(10), gap(300), data(10)}};
  Connection second{{2000, 1}, {data(10), gap(400), data(10), silence()}};
  first.overflows = 2;
  second.overflows = 3;
  const LivePeer peer({first, second});
  const auto source = open_all(peer, quick_options());
  int64_t gap_samples = 0;
  for (int blocks = 0; blocks < 4;) {
    const ReadResult result = next(*source);
    gap_samples += result.gap_samples;
    blocks += result.kind == ReadKind::data ? 1 : 0;
  }
  CHECK(gap_samples >= 700);
  CHECK(source->overflows() == 5);
  CHECK(source->health()->lost_s == doctest::Approx(0.3 + 0.2));
  CHECK(source->health()->reconnects == 1);
}

TEST_CASE("the wall clock of blocks never runs backwards") {
  const LivePeer peer({{{1000, 1}, blocks(50, 20)}, {{1000, 1}, blocks(50, 20)}});
  OpenOptions options = quick_options();
  options.live.reconnect.max_attempts = 1;
  const auto source = open_all(peer, options);
  int64_t last_us = 0;
  for (int blocks = 0; blocks < 100;) {
    const ReadResult result = next(*source);
    if (result.kind != ReadKind::data) continue;
    ++blocks;
    REQUIRE(result.wallclock_us);
    CHECK(*result.wallclock_us >= last_us);
    last_us = *result.wallclock_us;
  }
}
