#include "base/sample_ring.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

using namespace astream;

namespace {

/// `count` stereo samples whose left values count up from `first`; the right ones are their negatives.
std::vector<float> ramp(int64_t first, int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>(first + i));
    values.push_back(-static_cast<float>(first + i));
  }
  return values;
}

}  // namespace

TEST_CASE("sample ring: blocks come out as they went in, with their clock") {
  SampleRing ring({1000, 2}, 4, 3);
  CHECK_FALSE(ring.front());
  const auto values = ramp(0, 4);
  CHECK(ring.write(values, 7000));
  const auto block = ring.front();
  REQUIRE(block);
  CHECK(std::vector<float>(block->samples.begin(), block->samples.end()) == values);
  CHECK(block->wallclock_us == 7000);
  ring.pop();
  CHECK_FALSE(ring.front());
  CHECK(ring.take_dropped() == 0);
}

TEST_CASE("sample ring: a block larger than a slot is split, each piece with its own clock") {
  SampleRing ring({1000, 2}, 4, 4);
  CHECK(ring.write(ramp(0, 10), 0));
  std::vector<float> values;
  std::vector<int64_t> clocks;
  while (const auto block = ring.front()) {
    values.insert(values.end(), block->samples.begin(), block->samples.end());
    clocks.push_back(block->wallclock_us);
    ring.pop();
  }
  CHECK(values == ramp(0, 10));
  CHECK(clocks == std::vector<int64_t>{0, 4000, 8000});
}

TEST_CASE("sample ring: what has no room is dropped whole, counted, and told once in front of what follows") {
  SampleRing ring({1000, 2}, 4, 2);
  CHECK(ring.write(ramp(0, 4), 0));
  CHECK(ring.write(ramp(4, 4), 0));
  CHECK_FALSE(ring.write(ramp(8, 3), 0));
  CHECK_FALSE(ring.write(ramp(11, 4), 0));
  CHECK(ring.take_dropped() == 0);  // it lies behind the next block
  ring.pop();
  CHECK_FALSE(ring.write(ramp(15, 8), 0));  // needs two slots
  CHECK(ring.write(ramp(23, 2), 0));
  CHECK(ring.take_dropped() == 0);
  ring.pop();
  CHECK(ring.take_dropped() == 15);
  CHECK(ring.take_dropped() == 0);
  CHECK(ring.front()->samples[0] == 23.0F);
  ring.pop();
  ring.drop(5);
  CHECK(ring.take_dropped() == 5);  // nothing follows it yet
  CHECK(ring.take_dropped() == 0);
  CHECK(ring.offered_samples() == 30);
  CHECK(ring.accepted_samples() == 10);
  CHECK(ring.dropped_samples() == 20);
}

TEST_CASE(
    "sample ring: what was lost before it was offered is told once in front of what follows, and counts as neither") {
  SampleRing ring({1000, 2}, 4, 3);
  CHECK(ring.write(ramp(0, 4), 0));
  ring.lose(100);
  ring.lose(20);
  CHECK(ring.take_lost() == 0);  // it lies behind the next block
  CHECK(ring.write(ramp(4, 4), 0));
  CHECK(ring.take_lost() == 0);
  ring.pop();
  CHECK(ring.take_lost() == 120);
  CHECK(ring.take_lost() == 0);
  CHECK(ring.take_dropped() == 0);
  CHECK(ring.offered_samples() == 8);
  CHECK(ring.accepted_samples() == 8);
}

TEST_CASE("sample ring: with a fast writer every sample is read or told as dropped, at its place") {
  constexpr int64_t kTotal = 400'000;
  constexpr int64_t kBlock = 7;
  SampleRing ring({48000, 2}, static_cast<int>(kBlock), 16);
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (int64_t at = 0; at < kTotal; at += kBlock) ring.write(ramp(at, std::min(kBlock, kTotal - at)), at);
    is_done = true;
  });
  int64_t position = 0;
  bool is_right = true;
  int64_t read_samples = 0;
  while (true) {
    const bool is_last_look = is_done;
    position += ring.take_dropped();
    const auto block = ring.front();
    if (!block) {
      if (is_last_look) break;
      std::this_thread::yield();
      continue;
    }
    position += ring.take_dropped();  // written since the look above
    for (size_t i = 0; i < block->samples.size(); i += 2, ++position) {
      is_right =
          is_right && block->samples[i] == static_cast<float>(position) && block->samples[i + 1] == -block->samples[i];
    }
    read_samples += static_cast<int64_t>(block->samples.size() / 2);
    ring.pop();
  }
  writer.join();
  position += ring.take_dropped();
  CHECK(is_right);
  CHECK(position == kTotal);
  CHECK(ring.offered_samples() == kTotal);
  CHECK(ring.accepted_samples() == read_samples);
  CHECK(ring.accepted_samples() + ring.dropped_samples() == kTotal);
}
