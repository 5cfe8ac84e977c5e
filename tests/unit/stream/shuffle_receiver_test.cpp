#include "stream/shuffle_receiver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/collecting_receiver.hpp"

using namespace astream;
using astream::test::CollectingReceiver;

namespace {

using Events = std::vector<std::string>;

constexpr int kStreams = 5;
constexpr int kWindows = 20;

/// What a Generator would tell of an input; each window holds its own number.
void tell_stream(Receiver& receiver, int64_t number, EndReason reason = EndReason::end,
                 std::optional<int64_t> epoch = std::nullopt) {
  const AudioFormat format{8000, 1};
  StreamStart start;
  start.stream = number;
  start.format = format;
  receiver.stream_start(start);
  StreamEnd end;
  end.stream = number;
  end.reason = reason;
  for (int64_t i = 0; i < kWindows; ++i) {
    const std::vector<float> samples(4, static_cast<float>(100 * number + i));
    Window window;
    window.stream = number;
    window.window = end.windows++;
    window.sample = 4 * i;
    window.format = format;
    window.valid_samples = 4;
    window.epoch = epoch;
    window.samples = samples;
    if (receiver.window(window) == Flow::stop) {
      end.reason = EndReason::stop;
      break;
    }
  }
  if (reason == EndReason::error) receiver.stream_error({number, "x", ErrorKind::decode, "damaged", {}});
  receiver.stream_end(end);
}

void tell_set(Receiver& receiver, EndReason last_reason = EndReason::end) {
  receiver.set_start({});
  for (int64_t number = 0; number < kStreams; ++number) {
    tell_stream(receiver, number, number + 1 == kStreams ? last_reason : EndReason::end);
  }
  SetEnd end;
  end.windows = int64_t{kStreams} * kWindows;
  receiver.set_end(end);
}

CollectingReceiver shuffled(int64_t capacity, uint64_t seed, EndReason last_reason = EndReason::end) {
  CollectingReceiver kept;
  ShuffleReceiver shuffle(capacity, seed, kept);
  tell_set(shuffle, last_reason);
  return kept;
}

Events windows_of(const CollectingReceiver& kept) {
  Events windows;
  std::ranges::copy_if(kept.events, std::back_inserter(windows),
                       [](const std::string& event) { return event.starts_with("window"); });
  return windows;
}

Events sorted_events(Events events) {
  std::ranges::sort(events);
  return events;
}

size_t place(const CollectingReceiver& kept, const std::string& event) {
  return static_cast<size_t>(std::ranges::find(kept.events, event) - kept.events.begin());
}

/// Each stream's start comes before, its end behind its windows; ends count what came.
void check_events(const CollectingReceiver& kept) {
  for (size_t number = 0; number < kept.streams.size(); ++number) {
    const size_t start = place(kept, "stream_start " + std::to_string(number));
    const size_t end = place(kept, "stream_end " + std::to_string(number));
    REQUIRE(end < kept.events.size());
    const std::string prefix = "window " + std::to_string(number) + "/";
    for (size_t i = 0; i < kept.events.size(); ++i) {
      if (kept.events[i].starts_with(prefix)) CHECK((i > start && i < end));
    }
    CHECK(kept.streams[number].end->windows == static_cast<int64_t>(kept.streams[number].windows.size()));
  }
}

}  // namespace

TEST_CASE("shuffle: the same windows in another order") {
  const CollectingReceiver ordered = shuffled(1, 0);
  const Events in_order = windows_of(ordered);
  REQUIRE(in_order.size() == kStreams * kWindows);
  CHECK(std::ranges::is_sorted(ordered.streams[0].windows, {}, [](const auto& w) { return w.head.window; }));
  for (const int64_t capacity : {2, 7, 50, 99, 100, 1000}) {
    CAPTURE(capacity);
    const CollectingReceiver kept = shuffled(capacity, 3);
    const Events windows = windows_of(kept);
    CHECK(windows != in_order);
    CHECK(sorted_events(windows) == sorted_events(in_order));
    check_events(kept);
    CHECK(kept.end->windows == kStreams * kWindows);
    for (const auto& stream : kept.streams) {
      for (const auto& window : stream.windows) {
        CHECK(window.samples ==
              std::vector<float>(4, static_cast<float>(100 * window.head.stream + window.head.window)));
      }
    }
  }
}

TEST_CASE("shuffle: by the seed alone") {
  CHECK(windows_of(shuffled(20, 1)) == windows_of(shuffled(20, 1)));
  CHECK(windows_of(shuffled(20, 1)) != windows_of(shuffled(20, 2)));
}

TEST_CASE("shuffle: no window leaves before the buffer is full, and all are about equally far from their place") {
  const CollectingReceiver kept = shuffled(30, 5);
  CHECK(place(kept, windows_of(kept).front()) > place(kept, "stream_start 1"));
}

TEST_CASE("shuffle: epochs are kept apart") {
  CollectingReceiver kept;
  ShuffleReceiver shuffle(1000, 0, kept);
  shuffle.set_start({});
  for (int64_t epoch = 0; epoch < 3; ++epoch) tell_stream(shuffle, epoch, EndReason::end, epoch);
  shuffle.set_end({});
  const Events windows = windows_of(kept);
  REQUIRE(windows.size() == 3 * kWindows);
  for (size_t i = 0; i < windows.size(); ++i) {
    CHECK(windows[i].starts_with("window " + std::to_string(i / kWindows) + "/"));
  }
  check_events(kept);
}

TEST_CASE("shuffle: an error comes behind the windows before it, one of opening at once") {
  const CollectingReceiver kept = shuffled(30, 1, EndReason::error);
  CHECK(windows_of(kept).size() == kStreams * kWindows);
  REQUIRE(kept.streams[kStreams - 1].error);
  check_events(kept);
  CollectingReceiver other;
  ShuffleReceiver shuffle(30, 1, other);
  shuffle.stream_error({0, "x", ErrorKind::open, "no such file", {}});
  CHECK(other.events.size() == 1);
}

TEST_CASE("shuffle: what is in the buffer is given up when the run is interrupted or the reader has enough") {
  const CollectingReceiver interrupted = shuffled(30, 1, EndReason::interrupted);
  CHECK(windows_of(interrupted).size() == kStreams * kWindows - 30);
  check_events(interrupted);
  CollectingReceiver kept;
  kept.stop_after_windows = 10;
  ShuffleReceiver shuffle(30, 1, kept);
  tell_set(shuffle);
  CHECK(windows_of(kept).size() == 10);
  CHECK(kept.end);
  check_events(kept);
}

TEST_CASE("shuffle: a receiver that fails is given no more windows, but all ends") {
  struct Failing : CollectingReceiver {
    Flow window(const Window& window) override {
      if (window.window == 7) throw Error(ErrorKind::output, "disk full");
      return CollectingReceiver::window(window);
    }
  } kept;
  ShuffleReceiver shuffle(10, 1, kept);
  CHECK_THROWS_AS(tell_set(shuffle), Error);
  const size_t before = windows_of(kept).size();
  for (int64_t number = 0; number < static_cast<int64_t>(kept.streams.size()); ++number) {
    StreamEnd end;
    end.stream = number;
    if (!kept.streams[static_cast<size_t>(number)].end) shuffle.stream_end(end);
  }
  shuffle.set_end({});
  CHECK(windows_of(kept).size() == before);
  CHECK(kept.end);
  check_events(kept);
}
