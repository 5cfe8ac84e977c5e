#include "stream/window_queue.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <utility>

#include "support/collecting_receiver.hpp"
#include "support/grammar_receiver.hpp"

using namespace astream;
using namespace astream::test;
using namespace std::chrono_literals;

namespace {

constexpr AudioFormat kFormat{1000, 2};

StreamStart start_of(int64_t stream, int64_t window_samples, int64_t hop_samples, bool is_live = true) {
  StreamStart event;
  event.stream = stream;
  event.format = kFormat;
  event.plan = {window_samples, hop_samples, Tail::pad};
  event.is_live = is_live;
  return event;
}

/// A window of the ramp whose value is its place, zeros behind what is valid; and what borrows its samples.
struct RampWindow {
  std::vector<float> samples;
  Window window;

  RampWindow(int64_t stream, int64_t number, int64_t sample, int64_t window_samples, int64_t valid_samples) {
    samples.resize(static_cast<size_t>(window_samples * kFormat.channels));
    for (int64_t i = 0; i < valid_samples * kFormat.channels; ++i) {
      samples[static_cast<size_t>(i)] = static_cast<float>(sample * kFormat.channels + i);
    }
    window.stream = stream;
    window.window = number;
    window.sample = sample;
    window.time_s = static_cast<double>(sample) / kFormat.rate_hz;
    window.format = kFormat;
    window.valid_samples = valid_samples;
    window.samples = samples;
  }
};

/// What comes out of a queue.
struct Reader {
  CollectingReceiver kept;
  GrammarReceiver grammar{&kept};

  void operator()(const SetStart& event) { grammar.set_start(event); }
  void operator()(const StreamStart& event) { grammar.stream_start(event); }
  void operator()(QueuedWindow& queued) {
    queued.head.samples = queued.samples;
    grammar.window(queued.head);
  }
  void operator()(const StreamInfo& event) { grammar.stream_info(event); }
  void operator()(const StreamError& event) { grammar.stream_error(event); }
  void operator()(const StreamEnd& event) { grammar.stream_end(event); }
  void operator()(const SetEnd& event) { grammar.set_end(event); }

  void take(WindowQueue& queue) {
    auto event = queue.take();
    REQUIRE(event);
    std::visit(*this, *event);
  }
  void take_all(WindowQueue& queue) {
    while (!grammar.is_complete()) take(queue);
  }
};

/// One live stream with gaps and short windows, as a WindowCutter would offer it.
class Feed {
 public:
  Feed(WindowQueue& queue, int64_t window_samples, int64_t hop_samples)
      : queue_(queue), window_samples_(window_samples), hop_samples_(hop_samples) {
    queue.offer(SetStart{"test"});
    queue.offer(start_of(0, window_samples, hop_samples));
  }

  void window() { offer(window_samples_); }
  /// A window that is cut by a gap, and where the next one starts.
  void cut(int64_t valid_samples, int64_t gap_samples) {
    const int64_t end = next_ + valid_samples;
    offer(valid_samples);
    next_ = end + gap_samples;
    gap_samples_ = gap_samples;
    all_gaps += gap_samples;
  }
  void title(const std::string& title) {
    StreamInfo event;
    event.tags["title"] = title;
    queue_.offer(event);
  }
  void end() {
    StreamEnd event;
    event.windows = number_;
    event.samples = static_cast<int64_t>(offered.size());
    event.gap_samples = all_gaps;
    lost += queue_.offer(event);
    SetEnd set;
    set.streams = 1;
    set.windows = event.windows;
    set.samples = event.samples;
    queue_.offer(set);
  }

  std::set<int64_t> offered;  ///< samples
  int64_t lost = 0;           ///< as the queue said
  int64_t all_gaps = 0;

 private:
  void offer(int64_t valid_samples) {
    RampWindow ramp(0, number_++, next_, window_samples_, valid_samples);
    ramp.window.gap_samples = std::exchange(gap_samples_, 0);
    for (int64_t i = 0; i < valid_samples; ++i) offered.insert(next_ + i);
    next_ += hop_samples_;
    lost += queue_.offer(ramp.window);
  }

  WindowQueue& queue_;
  int64_t window_samples_;
  int64_t hop_samples_;
  int64_t next_ = 0;
  int64_t number_ = 0;
  int64_t gap_samples_ = 0;
};

/// Every sample that was offered is in a window, or was told as dropped before the first window behind it.
void check_account(const Feed& feed, const KeptStream& stream) {
  auto missing = feed.offered;
  for (const KeptWindow& window : stream.windows) {
    for (int64_t i = 0; i < window.head.valid_samples; ++i) missing.erase(window.head.sample + i);
  }
  const auto dropped = static_cast<int64_t>(missing.size());
  int64_t gap = 0;
  for (const KeptWindow& window : stream.windows) {
    const auto before = missing.lower_bound(window.head.sample);
    CHECK(window.head.dropped_samples == std::distance(missing.begin(), before));
    missing.erase(missing.begin(), before);
    gap += window.head.gap_samples;
    const auto values = static_cast<int64_t>(window.samples.size());
    for (int64_t i = 0; i < values; ++i) {
      const bool is_valid = i < window.head.valid_samples * kFormat.channels;
      const int64_t place = window.head.sample * kFormat.channels + i;
      if (window.samples[static_cast<size_t>(i)] != (is_valid ? static_cast<float>(place) : 0.0F)) FAIL(place);
    }
  }
  REQUIRE(stream.end);
  CHECK(gap <= feed.all_gaps);
  CHECK(stream.end->dropped_samples == dropped);
  CHECK(stream.end->samples + dropped == static_cast<int64_t>(feed.offered.size()));
  CHECK(feed.lost == dropped);
}

}  // namespace

TEST_CASE("window_queue: what fits comes out as it went in") {
  WindowQueue queue(OnLag::drop_oldest, 1s);
  Feed feed(queue, 100, 100);
  for (int i = 0; i < 4; ++i) feed.window();
  feed.title("a");
  feed.title("b");  // nothing was dropped: both stay
  for (int i = 0; i < 6; ++i) feed.window();
  feed.end();
  Reader reader;
  reader.take_all(queue);
  CHECK(reader.grammar.violations() == Violations{});
  CHECK(reader.kept.streams.at(0).windows.size() == 10);
  CHECK(reader.kept.streams.at(0).infos.size() == 2);
  CHECK(feed.lost == 0);
  check_account(feed, reader.kept.streams.at(0));
}

TEST_CASE("window_queue: of what does not fit the oldest or the newest is dropped, and told by the next window") {
  for (const OnLag on_lag : {OnLag::drop_oldest, OnLag::drop_newest}) {
    WindowQueue queue(on_lag, 1s);
    Feed feed(queue, 100, 100);
    for (int i = 0; i < 25; ++i) feed.window();
    CHECK(queue.waiting_windows() == 10);
    Reader reader;
    while (queue.waiting_windows() > 0) reader.take(queue);
    feed.window();
    feed.end();
    reader.take_all(queue);
    const KeptStream& stream = reader.kept.streams.at(0);
    CHECK(reader.grammar.violations() == Violations{});
    REQUIRE(stream.windows.size() == 11);
    CHECK(stream.windows[0].head.sample == (on_lag == OnLag::drop_oldest ? 1500 : 0));
    CHECK(stream.windows[on_lag == OnLag::drop_oldest ? 0 : 10].head.dropped_samples == 1500);
    check_account(feed, stream);
  }
}

TEST_CASE("window_queue: accepted + dropped = offered, for any windows and any pace of the reader") {
  for (const auto& lengths : {std::pair{50, 50}, {50, 25}, {50, 7}, {50, 1}, {20, 50}}) {
    const int window_samples = lengths.first;
    const int hop_samples = lengths.second;
    for (const OnLag on_lag : {OnLag::drop_oldest, OnLag::drop_newest}) {
      for (unsigned seed = 0; seed < 12; ++seed) {
        CAPTURE(hop_samples);
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto below = [&random](unsigned limit) { return static_cast<int>(random() % limit); };
        WindowQueue queue(on_lag, std::chrono::milliseconds(below(200)));
        Feed feed(queue, window_samples, hop_samples);
        Reader reader;
        bool is_reading = false;
        for (int step = 0; step < 400; ++step) {
          if (below(20) == 0) is_reading = !is_reading;
          if (below(30) == 0) {
            // What a cut window has beside the one before it is more than nothing, as windower and cutter see to.
            feed.cut(window_samples - below(static_cast<unsigned>(std::min(hop_samples, window_samples))),
                     below(3) * 10);
          } else {
            feed.window();
          }
          if (below(10) == 0) feed.title(std::to_string(step));
          for (int i = 0; is_reading && i < 2 && queue.waiting_windows() > 0; ++i) reader.take(queue);
        }
        feed.end();
        reader.take_all(queue);
        CHECK(reader.grammar.violations() == Violations{});
        check_account(feed, reader.kept.streams.at(0));
      }
    }
  }
}

TEST_CASE("window_queue: a reader that never comes back does not fill the memory, and gets the last title") {
  for (const OnLag on_lag : {OnLag::drop_oldest, OnLag::drop_newest}) {
    WindowQueue queue(on_lag, 1s);
    Feed feed(queue, 100, 100);
    for (int i = 0; i < 1000; ++i) {
      feed.window();
      feed.title(std::to_string(i));
    }
    feed.end();
    Reader reader;
    reader.take_all(queue);
    const KeptStream& stream = reader.kept.streams.at(0);
    CHECK(stream.windows.size() == 10);
    CHECK(stream.infos.size() <= 11);
    CHECK(stream.infos.back().tags.at("title") == "999");
    CHECK(reader.grammar.violations() == Violations{});
  }
}

TEST_CASE("window_queue: a window that is larger than all room is held all the same, each stream for itself") {
  WindowQueue queue(OnLag::drop_oldest, 10ms);
  queue.offer(SetStart{});
  for (const int64_t stream : {0, 1}) queue.offer(start_of(stream, 100, 100));
  for (int64_t i = 0; i < 3; ++i) {
    for (const int64_t stream : {0, 1}) queue.offer(RampWindow(stream, i, i * 100, 100, 100).window);
  }
  CHECK(queue.waiting_windows() == 2);
  Reader reader;
  for (int i = 0; i < 5; ++i) reader.take(queue);
  for (const size_t stream : {0U, 1U}) {
    REQUIRE(reader.kept.streams.at(stream).windows.size() == 1);
    CHECK(reader.kept.streams.at(stream).windows[0].head.sample == 200);
    CHECK(reader.kept.streams.at(stream).windows[0].head.dropped_samples == 200);
  }
}

TEST_CASE("window_queue: windows of stored streams are never dropped; it is full instead") {
  WindowQueue queue(OnLag::drop_oldest, 1s);
  queue.offer(SetStart{});
  queue.offer(start_of(0, 100, 100, false));
  for (int64_t i = 0; i < 20; ++i) {
    CHECK(queue.is_full() == (i >= 10));
    CHECK(queue.offer(RampWindow(0, i, i * 100, 100, 100).window) == 0);
  }
  const auto past = std::chrono::steady_clock::now();
  CHECK_FALSE(queue.await_room(past));
  Reader reader;
  for (int i = 0; i < 13; ++i) reader.take(queue);
  CHECK(queue.await_room(past));
  CHECK(reader.kept.streams.at(0).windows.size() == 11);
}

TEST_CASE("window_queue: once closed it keeps nothing and holds nobody up") {
  WindowQueue queue(OnLag::drop_oldest, 1s);
  Feed feed(queue, 100, 100);
  for (int i = 0; i < 10; ++i) feed.window();
  CHECK(queue.is_full());
  queue.close();
  CHECK_FALSE(queue.is_full());
  feed.window();
  feed.end();
  CHECK(queue.waiting_windows() == 0);
  CHECK(queue.await_room(std::chrono::steady_clock::now() + 1h));
  CHECK_FALSE(queue.take());
}
