#include "stream/queued_receiver.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "support/collecting_receiver.hpp"
#include "support/grammar_receiver.hpp"

using namespace astream;
using namespace astream::test;
using namespace std::chrono_literals;

namespace {

constexpr int64_t kWindow = 100;
const std::vector<float> kSilence(kWindow);

/// Takes a window only where the gate is open.
class GatedReceiver : public GrammarReceiver {
 public:
  GatedReceiver() : GrammarReceiver(&kept) {}

  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  /// Until a window stands at the gate.
  void await_visitor() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return has_visitor_; });
  }

  Flow window(const Window& window) override {
    {
      std::unique_lock lock(mutex_);
      has_visitor_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return is_open_; });
    }
    if (on_window) on_window();
    return GrammarReceiver::window(window);
  }

  CollectingReceiver kept;
  std::function<void()> on_window;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  bool has_visitor_ = false;
};

/// The producer's side: one stream of windows without samples that mean anything.
struct Offers {
  Receiver& receiver;
  int64_t windows = 0;

  void start(bool is_live) {
    receiver.set_start({"test"});
    StreamStart event;
    event.uri = "rtp://camera";
    event.format = {1000, 1};
    event.plan = {kWindow, kWindow, Tail::pad};
    event.is_live = is_live;
    receiver.stream_start(event);
  }
  Flow window() {
    Window window;
    window.window = windows;
    window.sample = windows++ * kWindow;
    window.time_s = static_cast<double>(window.sample) / 1000;
    window.format = {1000, 1};
    window.valid_samples = kWindow;
    window.samples = kSilence;
    return receiver.window(window);
  }
  void end_stream() {
    StreamEnd event;
    event.windows = windows;
    event.samples = windows * kWindow;
    receiver.stream_end(event);
  }
  void end_set() {
    SetEnd event;
    event.streams = 1;
    event.windows = windows;
    event.samples = windows * kWindow;
    receiver.set_end(event);
  }
};

/// What is said in the log while it lives.
class LogLines {
 public:
  LogLines() {
    set_log_sink([this](LogLevel, std::string_view line) { lines.emplace_back(line); });
  }
  ~LogLines() { set_log_sink({}); }
  LogLines(const LogLines&) = delete;
  LogLines& operator=(const LogLines&) = delete;
  std::vector<std::string> lines;
};

QueuedOptions options_of(const std::function<void(const LagNotice&)>& tell_lag = {}) {
  QueuedOptions options;
  options.name = "--pass";
  options.room = 1s;
  options.tell_lag = tell_lag;
  return options;
}

}  // namespace

TEST_CASE("queued_receiver: one that is stuck holds no live stream up, and gets whole events when it goes on") {
  const LogLines log;
  const auto slow = std::make_shared<GatedReceiver>();
  std::vector<LagNotice> notices;
  QueuedReceiver queued(slow, options_of([&](const LagNotice& notice) { notices.push_back(notice); }));
  Offers offers{queued};
  offers.start(true);
  offers.window();
  slow->await_visitor();
  for (int i = 0; i < 50; ++i) CHECK(offers.window() == Flow::proceed);  // the gate is closed: these don't wait
  offers.end_stream();
  slow->open();
  offers.end_set();
  CHECK(slow->violations() == Violations{});
  const KeptStream& stream = slow->kept.streams.at(0);
  REQUIRE(stream.windows.size() == 11);  // the one at the gate, and a second of others
  CHECK(stream.windows[1].head.dropped_samples == 4000);
  CHECK(stream.windows[1].head.sample == 4100);
  CHECK(stream.end->dropped_samples == 4000);
  CHECK(stream.end->windows == 11);
  int64_t told = 0;
  for (const LagNotice& notice : notices) told += notice.dropped_samples;
  CHECK(told == 4000);
}

TEST_CASE("queued_receiver: drops are told at once, then once a minute, and at the end") {
  const LogLines log;
  const auto slow = std::make_shared<GatedReceiver>();
  std::chrono::steady_clock::time_point now;
  std::vector<int64_t> told;
  auto options = options_of([&](const LagNotice& notice) { told.push_back(notice.dropped_samples); });
  options.now = [&now] { return now; };
  QueuedReceiver queued(slow, options);
  Offers offers{queued};
  offers.start(true);
  offers.window();
  slow->await_visitor();
  const auto offer = [&](int count) {
    for (int i = 0; i < count; ++i) offers.window();
  };
  offer(12);
  now += 59s;
  offer(5);
  CHECK(told == std::vector<int64_t>{100});
  now += 1s;
  offer(1);
  CHECK(told == std::vector<int64_t>{100, 700});
  now += 1s;
  offer(2);
  offers.end_stream();
  CHECK(told == std::vector<int64_t>{100, 700, 200});
  REQUIRE(log.lines.size() == 3);
  CHECK(log.lines[1] == "rtp://camera: the reader of --pass is too slow, 700 samples dropped for it (see --buffer)");
  slow->open();
  offers.end_set();
}

TEST_CASE("queued_receiver: a stored stream waits for room and loses nothing") {
  const auto slow = std::make_shared<GatedReceiver>();
  std::atomic<int> offered = 0;
  int taken = 0;
  int most_ahead = 0;
  slow->on_window = [&] { most_ahead = std::max(most_ahead, offered - taken++); };
  QueuedReceiver queued(slow, options_of());
  Offers offers{queued};
  offers.start(false);
  std::thread producer([&] {
    for (int i = 0; i < 200; ++i) {
      while (!queued.await_room(std::chrono::steady_clock::now() + 1h)) {
      }
      offers.window();
      ++offered;
    }
  });
  slow->await_visitor();
  slow->open();
  producer.join();
  offers.end_stream();
  offers.end_set();
  CHECK(slow->violations() == Violations{});
  CHECK(slow->kept.streams.at(0).windows.size() == 200);
  CHECK(slow->kept.streams.at(0).end->dropped_samples == 0);
  CHECK(most_ahead <= 12);  // a second's worth, one at the receiver, one that is counted before it is taken
}

TEST_CASE("queued_receiver: what the receiver throws comes out of the next call, once") {
  const LogLines log;
  const auto bad = std::make_shared<GatedReceiver>();
  bad->on_window = [] { throw Error(ErrorKind::output, "the disk is full"); };
  bad->open();
  QueuedReceiver queued(bad, options_of());
  Offers offers{queued};
  offers.start(true);
  CHECK_THROWS_WITH_AS(
      [&] {
        while (true) offers.window();
      }(),
      "the disk is full", Error);
  offers.window();
  offers.end_stream();
  offers.end_set();
}

TEST_CASE("queued_receiver: set_end gives what the last events threw") {
  const auto bad = std::make_shared<GatedReceiver>();
  bad->on_window = [] { throw Error(ErrorKind::output, "the disk is full"); };
  QueuedReceiver queued(bad, options_of());
  Offers offers{queued};
  offers.start(true);
  offers.window();
  offers.end_stream();
  bad->open();
  CHECK_THROWS_AS(offers.end_set(), Error);
}

TEST_CASE("queued_receiver: a receiver that says stop") {
  const LogLines log;
  struct Full : Receiver {
    Flow window(const Window&) override { return Flow::stop; }
  };
  QueuedReceiver queued(std::make_shared<Full>(), options_of());
  Offers offers{queued};
  offers.start(true);
  while (offers.window() == Flow::proceed) {
  }
  offers.end_stream();
  offers.end_set();
}

TEST_CASE("queued_receiver: once cancelled, one that goes on taking gets everything") {
  const auto slow = std::make_shared<GatedReceiver>();
  auto options = options_of();
  options.patience = 1h;
  QueuedReceiver queued(slow, options);
  Offers offers{queued};
  offers.start(true);
  for (int i = 0; i < 8; ++i) offers.window();
  slow->await_visitor();
  options.cancel.request();
  offers.end_stream();
  std::thread opener([&] { slow->open(); });
  offers.end_set();
  opener.join();
  CHECK(slow->violations() == Violations{});
  CHECK(slow->kept.streams.at(0).windows.size() == 8);
}

TEST_CASE(
    "queued_receiver: once cancelled, a stuck receiver is given up and left behind, and a stored stream waits no "
    "more") {
  const LogLines log;
  const auto stuck = std::make_shared<GatedReceiver>();
  const std::weak_ptr<GatedReceiver> left = stuck;
  auto options = options_of();
  options.patience = 20ms;
  options.cancel.request();
  {
    QueuedReceiver queued(stuck, options);
    Offers offers{queued};
    offers.start(false);
    for (int i = 0; i < 30; ++i) offers.window();
    stuck->await_visitor();
    CHECK_FALSE(queued.await_room(std::chrono::steady_clock::time_point::max()));
    offers.end_stream();
    offers.end_set();
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0] == "--pass: its reader takes nothing any more, it does not get the last 29 windows");
  }
  CHECK(stuck->kept.streams.at(0).windows.empty());
  stuck->open();  // the thread that was left behind ends with the one window that it had
}
