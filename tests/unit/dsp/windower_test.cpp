#include "dsp/windower.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/signals.hpp"

using namespace astream;

namespace {

/// A window taken out of its borrowed memory.
struct Taken {
  int64_t start = 0;
  int64_t valid = 0;
  std::vector<float> samples;
  bool operator==(const Taken&) const = default;
};

void take_all(Windower& windower, std::vector<Taken>& windows) {
  while (const auto slice = windower.next()) {
    windows.push_back({slice->start_sample, slice->valid_samples, {slice->samples.begin(), slice->samples.end()}});
  }
}

/// What window_plan.hpp says the windows of `signal` are.
std::vector<Taken> expected_windows(const std::vector<float>& signal, int channels, const WindowPlan& plan) {
  std::vector<Taken> windows;
  const auto total = static_cast<int64_t>(signal.size()) / channels;
  for (int64_t i = 0; i < window_count(total, plan); ++i) {
    Taken window{window_start(i, plan), window_valid(i, total, plan), {}};
    const auto first = signal.begin() + window.start * channels;
    window.samples.assign(first, first + window.valid * channels);
    if (plan.tail == Tail::pad) window.samples.resize(static_cast<size_t>(plan.window_samples * channels), 0.0F);
    windows.push_back(std::move(window));
  }
  return windows;
}

/// Pushes in chunks. Each block lives in memory of its own, which is spoiled as soon as it need not be kept any more.
std::vector<Taken> windows_in_chunks(const std::vector<float>& signal, int channels, const WindowPlan& plan,
                                     const std::vector<int64_t>& chunks) {
  Windower windower(plan, channels);
  std::vector<Taken> windows;
  size_t done = 0;
  for (const int64_t chunk : chunks) {
    const auto size = static_cast<size_t>(chunk * channels);
    std::vector<float> block(signal.begin() + static_cast<long>(done), signal.begin() + static_cast<long>(done + size));
    done += size;
    windower.push(block);
    take_all(windower, windows);
    std::fill(block.begin(), block.end(), -1e9F);
  }
  CHECK(windower.pushed_samples() == static_cast<int64_t>(signal.size()) / channels);
  windower.finish();
  take_all(windower, windows);
  CHECK_FALSE(windower.next());
  return windows;
}

constexpr std::array<Tail, 3> kTails = {Tail::pad, Tail::crop, Tail::drop};

}  // namespace

TEST_CASE("windows are the same whatever the chunking") {
  std::mt19937 random(7);
  for (unsigned round = 0; round < 400; ++round) {
    const WindowPlan plan{1 + static_cast<int64_t>(random() % (round % 3 == 0 ? 400 : 40)),
                          1 + static_cast<int64_t>(random() % (round % 5 == 0 ? 600 : 50)), kTails[round % 3]};
    const int channels = 1 + static_cast<int>(random() % 3);
    const auto total = static_cast<int64_t>(random() % 1500);
    const auto signal = test::ramp(total, channels);
    const auto chunks = test::random_chunks(total, 1 + static_cast<int64_t>(random() % 700), round);
    CAPTURE(plan.window_samples);
    CAPTURE(plan.hop_samples);
    CAPTURE(total);
    REQUIRE(windows_in_chunks(signal, channels, plan, chunks) == expected_windows(signal, channels, plan));
  }
}

TEST_CASE("windows of every small plan, sample by sample and as a whole") {
  for (const Tail tail : kTails) {
    for (int64_t window = 1; window <= 6; ++window) {
      for (int64_t hop = 1; hop <= 8; ++hop) {
        for (int64_t total = 0; total <= 20; ++total) {
          const WindowPlan plan{window, hop, tail};
          const auto signal = test::ramp(total, 2);
          const auto expected = expected_windows(signal, 2, plan);
          REQUIRE(windows_in_chunks(signal, 2, plan, std::vector<int64_t>(static_cast<size_t>(total), 1)) == expected);
          REQUIRE(windows_in_chunks(signal, 2, plan, {total}) == expected);
        }
      }
    }
  }
}

TEST_CASE("a window inside a block is not copied") {
  const auto signal = test::ramp(1000, 2);
  Windower windower({100, 50, Tail::drop}, 2);
  windower.push(signal);
  int count = 0;
  while (const auto slice = windower.next()) {
    CHECK(slice->samples.data() == signal.data() + slice->start_sample * 2);
    ++count;
  }
  CHECK(count == 19);
}

TEST_CASE("a cropped last window inside a block is not copied") {
  const auto signal = test::ramp(130);
  Windower windower({100, 100, Tail::crop}, 1);
  windower.push(signal);
  windower.finish();
  CHECK(windower.next()->samples.data() == signal.data());
  const auto last = windower.next();
  REQUIRE(last);
  CHECK(last->samples.data() == signal.data() + 100);
  CHECK(last->samples.size() == 30);
  CHECK_FALSE(windower.next());
}

TEST_CASE("long windows with short hops in small blocks") {
  // The kept samples move to the front many times here; each window must still be in one piece.
  const WindowPlan plan{5000, 37, Tail::pad};
  const auto signal = test::noise(12000, 1, 3);
  CHECK(windows_in_chunks(signal, 1, plan, std::vector<int64_t>(120, 100)) == expected_windows(signal, 1, plan));
}

TEST_CASE("samples between windows may be skipped without being pushed") {
  const WindowPlan plan{10, 35, Tail::pad};
  const auto signal = test::ramp(200);
  Windower windower(plan, 1);
  std::vector<Taken> windows;
  int64_t pushed = 0;
  while (windower.pushed_samples() < 200) {
    const int64_t position = windower.pushed_samples();
    const int64_t skippable = windower.skippable_samples();
    if (skippable > 0) {
      windower.skip(std::min(skippable, 200 - position));
      continue;
    }
    const int64_t size = std::min<int64_t>(7, 200 - position);
    windower.push(std::span(signal).subspan(static_cast<size_t>(position), static_cast<size_t>(size)));
    pushed += size;
    take_all(windower, windows);
  }
  windower.finish();
  take_all(windower, windows);
  CHECK(windows == expected_windows(signal, 1, plan));
  CHECK(pushed < 100);
}

TEST_CASE("nothing that a window needs can be skipped") {
  Windower windower({10, 20, Tail::pad}, 1);
  CHECK(windower.skippable_samples() == 0);
  const auto signal = test::ramp(12);
  windower.push(signal);
  CHECK(windower.skippable_samples() == 0);  // a window has yet to be taken
  CHECK(windower.next());
  CHECK_FALSE(windower.next());
  CHECK(windower.skippable_samples() == 8);
  CHECK_THROWS_AS(windower.skip(9), Error);
  CHECK_THROWS_AS(windower.skip(-1), Error);
  windower.skip(8);
  CHECK(windower.pushed_samples() == 20);
  CHECK(windower.skippable_samples() == 0);
  windower.finish();
  CHECK(windower.skippable_samples() == 0);
  CHECK_FALSE(windower.next());  // the second window would hold no real sample
}

TEST_CASE("after a gap the windows begin anew at the given position") {
  Windower windower({10, 10, Tail::pad}, 1);
  std::vector<Taken> windows;
  const auto before = test::ramp(25);
  windower.push(before);
  take_all(windower, windows);
  windower.finish();
  take_all(windower, windows);
  REQUIRE(windows.size() == 3);
  CHECK(windows[2].start == 20);
  CHECK(windows[2].valid == 5);
  CHECK(windows[2].samples == std::vector<float>{20, 21, 22, 23, 24, 0, 0, 0, 0, 0});

  windows.clear();
  windower.restart(1003);
  CHECK(windower.pushed_samples() == 1003);
  const auto after = test::ramp(12, 1, 1003);
  windower.push(after);
  take_all(windower, windows);
  windower.finish();
  take_all(windower, windows);
  REQUIRE(windows.size() == 2);
  CHECK(windows[0].start == 1003);
  CHECK(windows[0].samples == test::ramp(10, 1, 1003));
  CHECK(windows[1].start == 1013);
  CHECK(windows[1].valid == 2);
}

TEST_CASE("a restart drops what is left over, borrowed or kept") {
  for (const bool was_given_back : {false, true}) {
    Windower windower({10, 5, Tail::crop}, 1);
    const auto before = test::ramp(7);
    windower.push(before);
    if (was_given_back) CHECK_FALSE(windower.next());
    windower.restart(50);
    windower.finish();
    CHECK_FALSE(windower.next());
    windower.restart(60);
    const auto after = test::ramp(10, 1, 60);
    windower.push(after);
    const auto slice = windower.next();
    REQUIRE(slice);
    CHECK(slice->start_sample == 60);
    CHECK(std::equal(slice->samples.begin(), slice->samples.end(), after.begin(), after.end()));
  }
}

TEST_CASE("blocks pushed without taking windows are not lost") {
  const WindowPlan plan{10, 3, Tail::pad};
  const auto signal = test::ramp(5000);
  Windower windower(plan, 1);
  for (size_t i = 0; i < 50; ++i) windower.push(std::span(signal).subspan(i * 100, 100));
  windower.finish();
  std::vector<Taken> windows;
  take_all(windower, windows);
  CHECK(windows == expected_windows(signal, 1, plan));
}

TEST_CASE("impossible plans are refused with a usage error") {
  const auto kind_of = [](WindowPlan plan, int channels) {
    try {
      Windower windower(plan, channels);
    } catch (const Error& error) {
      return std::string(kind_name(error.kind()));
    }
    return std::string("none");
  };
  CHECK(kind_of({0, 1, Tail::pad}, 1) == "usage");
  CHECK(kind_of({1, 0, Tail::pad}, 1) == "usage");
  CHECK(kind_of({-5, 1, Tail::pad}, 1) == "usage");
  CHECK(kind_of({1, 1, Tail::pad}, 0) == "usage");
  CHECK(kind_of({1, 1, Tail::pad}, 100000) == "usage");
  CHECK(kind_of({int64_t{1} << 29, 1, Tail::pad}, 1) == "none");
  CHECK(kind_of({(int64_t{1} << 29) + 1, 1, Tail::pad}, 1) == "usage");
  CHECK(kind_of({int64_t{1} << 29, 1, Tail::pad}, 2) == "usage");
  CHECK(kind_of({1, INT64_MAX, Tail::pad}, 1) == "usage");
}
