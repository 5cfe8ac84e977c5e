#include "source/mic_source.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "support/scripted_audio.hpp"

using namespace astream;
using namespace std::chrono_literals;
using astream::test::ScriptedAudio;

namespace {

constexpr int kBlock = 720;       // 15 ms
constexpr int kRingBlocks = 666;  // 10 s
constexpr auto kPatience = 60s;

std::shared_ptr<ScriptedAudio> one_device(int channels = 1) {
  auto audio = std::make_shared<ScriptedAudio>();
  audio->add("pulse", "Yeti", channels, true);
  return audio;
}

std::unique_ptr<Source> open(const std::shared_ptr<ScriptedAudio>& audio,
                             const std::string& uri = "mic:", const OpenOptions& options = {}) {
  return open_mic_of(audio, Input{uri, false, {}, Origin::user}, options);
}

/// Gives blocks that count up, `count` of them, as fast as it goes.
test::CaptureScript give_blocks(int count, bool is_overflow = false) {
  return [=](CaptureSink& sink, const std::atomic<bool>& is_closed) {
    for (int i = 0; i < count; ++i) sink.on_block(std::vector<float>(kBlock, static_cast<float>(i)), is_overflow);
    ScriptedAudio::wait_for(is_closed);
  };
}

/// What read() throws, in one line, after whatever it gives before that.
std::string failure_of(Source& source) {
  const auto deadline = Clock::now() + kPatience;
  try {
    while (Clock::now() < deadline) source.read(deadline);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::device);
    return error.one_line();
  }
  return "";
}

/// Lines that are logged while it lives.
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

}  // namespace

TEST_CASE("mic source: says what it is, and opens all channels at the device's rate in short blocks") {
  const auto audio = one_device(8);
  const auto source = open(audio);
  const SourceInfo& info = source->info();
  CHECK(info.format == AudioFormat{48000, 8});
  CHECK(info.container == "mic");
  CHECK(info.codec == "pcm_f32le");
  CHECK(info.is_live);
  CHECK(info.may_wait);
  CHECK(info.label_hint == "Yeti");
  CHECK(audio->opened_device.name == "Yeti");
  CHECK(audio->opened_format == AudioFormat{48000, 8});
  CHECK(audio->opened_block_samples == kBlock);
}

TEST_CASE("mic source: asks for blocks that end where windows do") {
  const auto audio = one_device();
  OpenOptions options;
  int asked_rate_hz = 0;
  options.window_grid = [&](int rate_hz) {
    asked_rate_hz = rate_hz;
    return int64_t{24000};
  };
  open(audio, "mic:", options);
  CHECK(asked_rate_hz == 48000);
  CHECK(audio->opened_block_samples == 1200);
}

TEST_CASE("mic source: blocks in order, each with a clock that does not go back") {
  const auto audio = one_device();
  audio->script = give_blocks(200);
  const auto source = open(audio);
  int64_t last_us = 0;
  for (int i = 0; i < 200; ++i) {
    const ReadResult result = source->read(Clock::now() + kPatience);
    REQUIRE(result.kind == ReadKind::data);
    REQUIRE(result.samples.size() == kBlock);
    CHECK(result.samples[0] == static_cast<float>(i));
    REQUIRE(result.wallclock_us);
    CHECK(*result.wallclock_us >= last_us);
    last_us = *result.wallclock_us;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double age_s = std::chrono::duration<double>(now).count() - static_cast<double>(last_us) / 1e6;
  CHECK(std::abs(age_s) < 600);
}

TEST_CASE("mic source: a silent device does not hold read() past its deadline") {
  const auto source = open(one_device());
  CHECK(source->read(Clock::time_point{}).kind == ReadKind::would_block);
  const auto deadline = Clock::now() + 50ms;
  CHECK(source->read(deadline).kind == ReadKind::would_block);
  CHECK(Clock::now() >= deadline);
}

TEST_CASE("mic source: cancelling ends a read at once") {
  OpenOptions options;
  options.stall_timeout = 0ms;
  const auto source = open(one_device(), "mic:", options);
  std::thread canceller([&] {
    std::this_thread::sleep_for(20ms);
    options.cancel.request();
  });
  CHECK_THROWS_AS(source->read(Clock::time_point::max()), Cancelled);
  canceller.join();
  CHECK_THROWS_AS(source->read({}), Cancelled);
}

TEST_CASE("mic source: what a slow reader misses is a gap of exactly that length, where it was") {
  constexpr int kGiven = 3 * kRingBlocks;
  const auto audio = one_device();
  const auto is_given = std::make_shared<std::atomic<bool>>(false);
  const auto is_read = std::make_shared<std::atomic<bool>>(false);
  audio->script = [=](CaptureSink& sink, const std::atomic<bool>& is_closed) {
    for (int i = 0; i < kGiven; ++i) sink.on_block(std::vector<float>(kBlock, static_cast<float>(i)), false);
    *is_given = true;
    ScriptedAudio::wait_for(*is_read);
    sink.on_block(std::vector<float>(kBlock, static_cast<float>(kGiven)), false);
    ScriptedAudio::wait_for(is_closed);
  };
  const auto source = open(audio);
  ScriptedAudio::wait_for(*is_given);
  int64_t position = 0;
  int64_t dropped = 0;
  bool is_right = true;
  while (position < int64_t{kGiven + 1} * kBlock) {
    const ReadResult result = source->read(Clock::now() + kPatience);
    REQUIRE((result.kind == ReadKind::data || result.kind == ReadKind::gap));
    CHECK(result.gap_samples == 0);
    is_right = is_right && (result.samples.empty() || result.samples[0] == static_cast<float>(position / kBlock));
    position += static_cast<int64_t>(result.samples.size()) + result.dropped_samples;
    dropped += result.dropped_samples;
    if (position == int64_t{kGiven} * kBlock) *is_read = true;
  }
  CHECK(is_right);
  CHECK(dropped == 2 * kRingBlocks * kBlock);
}

TEST_CASE("mic source: overflows of the driver are counted and warned of, and are no gap") {
  const auto audio = one_device();
  audio->script = give_blocks(3, true);
  const auto source = open(audio);
  const LogLines log;
  for (int i = 0; i < 3; ++i) CHECK(source->read(Clock::now() + kPatience).kind == ReadKind::data);
  CHECK(source->overflows() == 3);
  REQUIRE(log.lines.size() == 1);  // the rest of them later
  CHECK(log.lines[0].starts_with("mic:: the sound system lost samples, "));
}

TEST_CASE("mic source: a dead daemon that calls back in a storm is an error, behind what came before") {
  const auto audio = one_device();
  const auto calls = std::make_shared<std::atomic<int64_t>>(0);
  audio->script = [=](CaptureSink& sink, const std::atomic<bool>& is_closed) {
    for (int i = 0; i < 20; ++i) sink.on_block(std::vector<float>(kBlock, static_cast<float>(i)), false);
    const std::vector<float> stale(kBlock, 19.0F);
    while (!is_closed) {
      ++*calls;
      if (!sink.on_block(stale, false)) std::this_thread::sleep_for(1ms);
    }
  };
  const auto source = open(audio);
  for (int i = 0; i < 20; ++i) {
    const ReadResult result = source->read(Clock::now() + kPatience);
    REQUIRE(result.kind == ReadKind::data);
    CHECK(result.samples[0] == static_cast<float>(i));
  }
  CHECK(failure_of(*source) == "the sound system broke off (astream devices shows what is there now)");
}

TEST_CASE("mic source: a capture that ends by itself is an error") {
  const auto audio = one_device();
  audio->script = [](CaptureSink& sink, const std::atomic<bool>&) { sink.on_block(std::vector<float>(kBlock), false); };
  const auto source = open(audio);
  CHECK(failure_of(*source) == "the sound system broke off (astream devices shows what is there now)");
}

TEST_CASE("mic source: a device that gives nothing for the stall time is an error") {
  OpenOptions options;
  options.stall_timeout = 50ms;
  const auto source = open(one_device(), "mic:", options);
  CHECK(failure_of(*source) == "the device gave nothing for too long (is it suspended? See --stall)");
}

TEST_CASE("mic source: a device that never closes does not hold anybody up") {
  const auto audio = one_device();
  const auto may_close = std::make_shared<std::atomic<bool>>(false);
  const auto is_closed = std::make_shared<std::atomic<bool>>(false);
  audio->script = [=](CaptureSink& sink, const std::atomic<bool>&) {
    sink.on_block(std::vector<float>(kBlock, 1.0F), false);
    ScriptedAudio::wait_for(*may_close);
    sink.on_block(std::vector<float>(kBlock, 2.0F), false);  // what it writes into is still there
    *is_closed = true;
  };
  auto source = open(audio);
  CHECK(source->read(Clock::now() + kPatience).kind == ReadKind::data);
  source.reset();
  CHECK_FALSE(*is_closed);
  *may_close = true;
  ScriptedAudio::wait_for(*is_closed);
}

TEST_CASE("mic source: a sound system that does not answer is an error after the time to connect") {
  const auto audio = one_device();
  const auto may_answer = std::make_shared<std::atomic<bool>>(false);
  audio->before_listing = [=] { ScriptedAudio::wait_for(*may_answer); };
  OpenOptions options;
  options.connect_timeout = 30ms;
  const auto refusal = [](const auto& call) -> std::string {
    try {
      call();
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::device);
      return error.message();
    }
    return "";
  };
  CHECK(refusal([&] { open(audio, "mic:", options); }) == "the sound system does not answer");
  CHECK(refusal([&] { capture_devices(audio, options); }) == "the sound system does not answer");
  options.connect_timeout = 0ms;
  options.cancel.request();
  CHECK_THROWS_AS(open(audio, "mic:", options), Cancelled);
  *may_answer = true;
}

TEST_CASE("mic source: errors of the choice, of tracks and of rates") {
  const auto audio = one_device();
  CHECK_THROWS_AS(open(audio, "mic:nobody"), Error);
  CHECK_THROWS_AS(open(audio, "mic:?channels=3"), Error);
  OpenOptions second_track;
  second_track.track = 2;
  CHECK_THROWS_AS(open(audio, "mic:", second_track), Error);
  const LogLines log;
  CHECK(open(audio, "mic:?rate=22050")->info().format.rate_hz == 48000);
  REQUIRE(log.lines.size() == 1);
  CHECK(log.lines[0] == "mic:?rate=22050: the device has no 22050 Hz, it is taken at 48000 Hz; --rate resamples");
}

TEST_CASE("mic source: devices are listed system by system, by name") {
  const auto audio = std::make_shared<ScriptedAudio>();
  audio->add("alsa", "a");
  audio->add("pulse", "c");
  audio->add("pulse", "b");
  std::string names;
  for (const AudioDevice& device : capture_devices(audio, {})) names += device.name;
  CHECK(names == "bca");
}
