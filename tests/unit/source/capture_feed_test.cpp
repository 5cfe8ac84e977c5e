#include "source/capture_feed.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace astream;
using namespace std::chrono_literals;

namespace {

constexpr int kRate_hz = 48000;
constexpr int kBlockSamples = 480;  // 10 ms
constexpr int kRingBlocks = 1000;

/// A feed and a clock of its own.
struct Feed {
  CaptureFeed feed{{kRate_hz, 1}, kBlockSamples, kRingBlocks};
  CaptureFeed::Time now{1h};
  int64_t wallclock_us = 1'000'000'000;

  bool give(float value, std::chrono::microseconds later, bool is_overflow = false) {
    now += later;
    wallclock_us += later.count();
    return feed.on_block_at(std::vector<float>(kBlockSamples, value), is_overflow, now, wallclock_us);
  }

  /// The first value of each block in the ring.
  std::vector<float> values() {
    std::vector<float> firsts;
    while (const auto block = feed.ring().front()) {
      firsts.push_back(block->samples[0]);
      feed.ring().pop();
    }
    return firsts;
  }
};

}  // namespace

TEST_CASE("capture feed: blocks pass, with the clock of their first sample") {
  Feed feed;
  CHECK(feed.give(1, 10ms));
  REQUIRE(feed.feed.ring().front());
  CHECK(feed.feed.ring().front()->wallclock_us == feed.wallclock_us - 10'000);
  CHECK(feed.give(2, 10ms));
  CHECK(feed.values() == std::vector<float>{1, 2});
  CHECK(feed.feed.overflows() == 0);
}

TEST_CASE("capture feed: equal blocks at their time are sound") {
  Feed feed;
  for (int i = 0; i < 900; ++i) CHECK(feed.give(0, 10ms));
  CHECK(feed.values().size() == 900);
  CHECK_FALSE(feed.feed.is_dead());
}

TEST_CASE("capture feed: overflows of the driver are counted apart from drops of the ring") {
  Feed feed;
  for (int i = 0; i < kRingBlocks + 10; ++i) feed.give(static_cast<float>(i), 10ms, i % 100 == 0);
  CHECK(feed.feed.overflows() == 11);
  CHECK(feed.feed.ring().dropped_samples() == 10 * kBlockSamples);
  CHECK(feed.feed.ring().offered_samples() == (kRingBlocks + 10) * kBlockSamples);
}

TEST_CASE("capture feed: the last block over and over, faster than any sound, is a dead system and no sound") {
  Feed feed;
  for (int i = 0; i < 100; ++i) feed.give(static_cast<float>(i), 10ms);
  int calls = 1;
  while (feed.give(99, 1us) && calls < 100'000) ++calls;
  CHECK(feed.feed.is_dead());
  CHECK(calls < 2000);
  CHECK_FALSE(feed.give(5, 10ms));
  const auto values = feed.values();
  CHECK(values.size() == 100);
  CHECK(values.back() == 99);
  CHECK(feed.feed.ring().dropped_samples() == 0);
}

TEST_CASE("capture feed: the reader is woken once what it wants is there, and by what has no room") {
  Feed feed;
  const auto is_woken = [&] { return feed.feed.wake_up().wait(CancelToken{}, {}) == WakeUp::Outcome::woken; };
  feed.feed.want(3 * kBlockSamples);
  feed.give(1, 10ms);
  feed.give(2, 10ms);
  CHECK_FALSE(is_woken());
  feed.give(3, 10ms);
  CHECK(is_woken());
  feed.feed.want(1'000'000'000);
  for (int i = 0; i < kRingBlocks - 3; ++i) feed.give(static_cast<float>(i), 10ms);
  CHECK_FALSE(is_woken());
  feed.give(4, 10ms);
  CHECK(is_woken());
}

TEST_CASE("capture feed: the reader is woken when the system dies") {
  Feed feed;
  feed.give(1, 10ms);
  REQUIRE(feed.feed.wake_up().wait(CancelToken{}, CaptureFeed::Time::max()) == WakeUp::Outcome::woken);
  while (feed.give(1, 1us)) {
  }
  CHECK(feed.feed.wake_up().wait(CancelToken{}, CaptureFeed::Time::max()) == WakeUp::Outcome::woken);
}

TEST_CASE("capture feed: silence that was kept while nobody asked is sound") {
  Feed feed;
  feed.give(1, 10ms);
  feed.give(0, 10ms);
  feed.now += 60s;  // the process was stopped; the daemon kept eight seconds
  for (int i = 0; i < 800; ++i) REQUIRE(feed.give(0, 1us));
  CHECK(feed.give(2, 10ms));
  const auto values = feed.values();
  CHECK(values.size() == 803);
  CHECK(values.front() == 1);
  CHECK(values.back() == 2);
}

TEST_CASE("capture feed: more kept silence than the ring holds is dropped and counted") {
  Feed feed;
  feed.give(0, 10ms);
  feed.now += 60s;
  for (int i = 0; i < kRingBlocks + 500; ++i) REQUIRE(feed.give(0, 1us));
  feed.give(2, 10ms);
  SampleRing& ring = feed.feed.ring();
  CHECK(ring.offered_samples() == (kRingBlocks + 502) * kBlockSamples);
  CHECK(ring.accepted_samples() == kRingBlocks * kBlockSamples);
  CHECK(ring.accepted_samples() + ring.dropped_samples() == ring.offered_samples());
}

TEST_CASE("capture feed: a device without a clock of its own that gives silence is not dead") {
  Feed feed;
  for (int i = 0; i < 3000; ++i) REQUIRE(feed.give(0, 400us));  // 25 times as fast as sound
  CHECK_FALSE(feed.feed.is_dead());
}

TEST_CASE("capture feed: what the system lost and does not tell is found by the clock, and told where it is found") {
  Feed feed;
  for (int i = 0; i < 250; ++i) feed.give(static_cast<float>(i), 10ms);
  feed.now += 5s;                                            // it was stopped; the system kept two seconds
  for (int i = 0; i < 200; ++i) REQUIRE(feed.give(0, 1us));  // of silence
  for (int i = 0; i < 550; ++i) feed.give(static_cast<float>(i), 10ms);
  SampleRing& ring = feed.feed.ring();
  int64_t lost = 0;
  int blocks = 0;
  int blocks_before = 0;
  for (; ring.front(); ring.pop(), ++blocks) {
    if (const int64_t news = ring.take_lost(); news > 0) {
      CHECK(lost == 0);
      lost = news;
      blocks_before = blocks;
    }
  }
  CHECK(blocks == 1000);
  CHECK(lost == doctest::Approx(3 * kRate_hz).epsilon(0.01));
  CHECK(blocks_before >= 450);
  CHECK(blocks_before < 1000);  // five seconds behind the place
  CHECK(ring.dropped_samples() == 0);
  CHECK(feed.feed.overflows() == 0);
}

TEST_CASE("capture feed: blocks of other sizes than asked for") {
  CaptureFeed feed({kRate_hz, 2}, kBlockSamples, 8);
  CHECK(feed.on_block(std::vector<float>(100, 1.0F), false));
  CHECK(feed.on_block(std::vector<float>(2 * 2 * kBlockSamples, 2.0F), false));
  CHECK(feed.on_block(std::vector<float>(100 * 2 * kBlockSamples, 3.0F), false));
  CHECK(feed.ring().accepted_samples() == 50 + 2 * kBlockSamples);
  CHECK(feed.ring().dropped_samples() == 100 * kBlockSamples);
}
