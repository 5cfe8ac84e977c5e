#include "source/live_buffer.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <thread>

#include "base/byte_input.hpp"
#include "base/error.hpp"

using namespace astream;
using namespace std::chrono_literals;

namespace {

constexpr AudioFormat kFormat{1000, 2};

Clock::time_point soon() {
  return Clock::now() + 10s;
}

/// `count` samples from `first` on, two channels.
std::vector<float> ramp(int64_t first, int64_t count) {
  std::vector<float> samples(static_cast<size_t>(count * 2));
  std::iota(samples.begin(), samples.end(), static_cast<float>(first * 2));
  return samples;
}

/// What a reader has seen.
struct Taken {
  int64_t accepted = 0;
  int64_t dropped = 0;
  int64_t gap = 0;
  int items = 0;
  Tags tags;
  bool is_in_order = true;  ///< every sample stands at its place on the time line
};

void take_into(Taken& taken, const LiveItem& item) {
  ++taken.items;
  taken.dropped += item.dropped_samples;
  taken.gap += item.gap_samples;
  for (const auto& [key, value] : item.tags) taken.tags[key] = value;
  if (item.kind != ReadKind::data) return;
  taken.is_in_order =
      taken.is_in_order && item.samples.front() == static_cast<float>((taken.accepted + taken.dropped) * 2);
  taken.accepted += static_cast<int64_t>(item.samples.size()) / 2;
}

/// All that is there and comes until the end.
Taken drain(LiveBuffer& buffer) {
  Taken taken;
  while (true) {
    const auto item = buffer.take(soon(), {});
    REQUIRE(item);
    if (item->kind == ReadKind::end) return taken;
    take_into(taken, *item);
  }
}

LiveItem tags_item(Tags tags) {
  LiveItem item;
  item.kind = ReadKind::tags;
  item.tags = std::move(tags);
  return item;
}

}  // namespace

TEST_CASE("what fits comes out as it went in") {
  LiveBuffer buffer(OnLag::drop_oldest, 1s, std::make_shared<WakeUp>());
  CHECK(buffer.offer(ramp(0, 300), kFormat, 5) == 0);
  CHECK(buffer.offer(ramp(300, 700), kFormat, 6) == 0);
  buffer.finish(nullptr);
  auto item = buffer.take(soon(), {});
  REQUIRE(item);
  CHECK(item->wallclock_us == 5);
  CHECK(item->samples == ramp(0, 300));
  CHECK(drain(buffer).accepted == 700);
}

TEST_CASE("drop-oldest: the newest are kept, the loss stands before them") {
  LiveBuffer buffer(OnLag::drop_oldest, 1s, std::make_shared<WakeUp>());
  int64_t dropped = 0;
  for (int i = 0; i < 50; ++i) dropped += buffer.offer(ramp(i * 100, 100), kFormat, 0);
  CHECK(dropped == 4000);
  buffer.finish(nullptr);
  const Taken taken = drain(buffer);
  CHECK(taken.dropped == 4000);
  CHECK(taken.accepted == 1000);
  CHECK(taken.items == 11);  // one gap and ten blocks
  CHECK(taken.is_in_order);
}

TEST_CASE("drop-newest: the oldest are kept, the loss stands behind them") {
  LiveBuffer buffer(OnLag::drop_newest, 1s, std::make_shared<WakeUp>());
  for (int i = 0; i < 50; ++i) buffer.offer(ramp(i * 100, 100), kFormat, 0);
  Taken taken;
  take_into(taken, *buffer.take(soon(), {}));
  buffer.offer(ramp(5000, 100), kFormat, 0);
  buffer.finish(nullptr);
  const Taken rest = drain(buffer);
  CHECK(taken.accepted + rest.accepted == 1100);
  CHECK(rest.dropped == 4000);
  CHECK(rest.items == 11);  // nine blocks, one gap, and the block for which there was room again
}

TEST_CASE("gaps and tags among what is dropped are kept, as one each") {
  LiveBuffer buffer(OnLag::drop_oldest, 1s, std::make_shared<WakeUp>());
  LiveItem outage;
  outage.kind = ReadKind::gap;
  outage.gap_samples = 7;
  outage.reconnects = 1;
  for (int i = 0; i < 40; ++i) {
    buffer.offer(ramp(i * 100, 100), kFormat, 0);
    buffer.offer(outage);
    buffer.offer(tags_item({{"title", std::to_string(i)}}));
  }
  buffer.offer(ramp(4000, 1000), kFormat, 0);
  buffer.finish(nullptr);
  const Taken taken = drain(buffer);
  CHECK(taken.gap == 40 * 7);
  CHECK(taken.dropped == 4000);
  CHECK(taken.accepted == 1000);
  CHECK(taken.items <= 5);
  CHECK(taken.tags == Tags{{"title", "39"}});
}

TEST_CASE("a change of format stays between what was dropped before and behind it") {
  LiveBuffer buffer(OnLag::drop_oldest, 100ms, std::make_shared<WakeUp>());
  buffer.offer(ramp(0, 100), kFormat, 0);
  LiveItem change;
  change.kind = ReadKind::format_changed;
  change.format = std::make_shared<LiveFormat>();
  buffer.offer(change);
  buffer.offer(ramp(0, 50), {500, 2}, 0);
  buffer.offer(ramp(0, 50), {500, 2}, 0);
  CHECK(buffer.take(soon(), {})->dropped_samples == 100);
  CHECK(buffer.take(soon(), {})->format);
  CHECK(buffer.take(soon(), {})->dropped_samples == 50);
  CHECK(buffer.take(soon(), {})->kind == ReadKind::data);
}

TEST_CASE("a block longer than the buffer is taken when nothing else is in it") {
  for (const OnLag on_lag : {OnLag::block, OnLag::drop_oldest, OnLag::drop_newest}) {
    LiveBuffer buffer(on_lag, 10ms, std::make_shared<WakeUp>());
    CHECK(buffer.offer(ramp(0, 500), kFormat, 0) == 0);
    CHECK(buffer.take(soon(), {})->samples.size() == 1000);
  }
}

TEST_CASE("accepted + dropped = offered, whatever the pace of the reader") {
  for (const OnLag on_lag : {OnLag::block, OnLag::drop_oldest, OnLag::drop_newest}) {
    LiveBuffer buffer(on_lag, 50ms, std::make_shared<WakeUp>());
    int64_t offered = 0;
    int64_t told = 0;
    std::thread producer([&] {
      for (int i = 0; i < 3000; ++i) {
        const int64_t count = 1 + i * 7919 % 40;
        told += buffer.offer(ramp(offered, count), kFormat, i);
        offered += count;
      }
      buffer.finish(nullptr);
    });
    Taken taken;
    while (true) {
      const auto item = buffer.take(soon(), {});
      REQUIRE(item);
      if (item->kind == ReadKind::end) break;
      take_into(taken, *item);
      if (taken.items % 16 == 0) std::this_thread::sleep_for(50us);
    }
    producer.join();
    CHECK(taken.accepted + taken.dropped == offered);
    CHECK(taken.dropped == told);
    CHECK(taken.is_in_order);
    if (on_lag == OnLag::block) CHECK(taken.dropped == 0);
  }
}

TEST_CASE("a failure comes after all that was there, once; then it is the end") {
  LiveBuffer buffer(OnLag::block, 1s, std::make_shared<WakeUp>());
  buffer.offer(ramp(0, 10), kFormat, 0);
  buffer.finish(std::make_exception_ptr(Error(ErrorKind::network, "gone")));
  CHECK(buffer.take(soon(), {})->kind == ReadKind::data);
  CHECK_THROWS_AS(buffer.take(soon(), {}), Error);
  CHECK(buffer.take(soon(), {})->kind == ReadKind::end);
}

TEST_CASE("take() keeps to its deadline and to the cancel token") {
  LiveBuffer buffer(OnLag::block, 1s, std::make_shared<WakeUp>());
  const auto begin = Clock::now();
  CHECK_FALSE(buffer.take(begin + 30ms, {}));
  CHECK(Clock::now() - begin >= 30ms);
  const CancelToken cancel;
  cancel.request();
  CHECK_THROWS_AS(buffer.take(soon(), cancel), Cancelled);
}

TEST_CASE("less audio than is wanted does not wake the reader; all else does") {
  const auto wake_up = std::make_shared<WakeUp>();
  LiveBuffer buffer(OnLag::drop_newest, 1s, wake_up);
  const auto is_woken = [&] { return wake_up->wait(CancelToken{}, {}) == WakeUp::Outcome::woken; };
  buffer.want(30ms);
  buffer.offer(ramp(0, 20), kFormat, 0);
  CHECK_FALSE(is_woken());
  CHECK(buffer.missing() == 10ms);
  buffer.offer(ramp(20, 10), kFormat, 0);
  CHECK(is_woken());
  CHECK(buffer.missing() == 0ms);
  CHECK(buffer.take(soon(), {}));
  CHECK(buffer.take(soon(), {}));
  LiveItem tags;
  tags.kind = ReadKind::tags;
  buffer.offer(std::move(tags));
  CHECK(is_woken());
  buffer.want(10s);
  CHECK(buffer.missing() == 100ms);
}

TEST_CASE("close() frees a producer that waits for room") {
  LiveBuffer buffer(OnLag::block, 100ms, std::make_shared<WakeUp>());
  buffer.offer(ramp(0, 100), kFormat, 0);
  std::thread producer([&] { buffer.offer(ramp(100, 100), kFormat, 0); });
  buffer.close();
  producer.join();
}
