#include "source/mic_source.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "source/bounded_call.hpp"
#include "source/capture_block.hpp"
#include "source/capture_feed.hpp"
#include "source/device_choice.hpp"
#include "source/live_source.hpp"

namespace astream {

namespace {

/// What a reader may be late without losing samples.
constexpr int kRing_s = 10;
constexpr size_t kMaxRingValues = size_t{1} << 23;
constexpr int kMinRingBlocks = 64;
/// How long a device is given to close before it is left behind: a sound system that is well needs one block.
constexpr std::chrono::milliseconds kCloseTime{500};
/// How often the state of a capture that gives nothing is looked at.
constexpr std::chrono::milliseconds kLookTime{200};
constexpr std::chrono::seconds kWarningPause{10};

int ring_blocks(AudioFormat format, int block_samples) {
  const auto block_values = static_cast<size_t>(block_samples) * static_cast<size_t>(format.channels);
  const auto affordable = static_cast<int>(kMaxRingValues / block_values);
  return std::max(kMinRingBlocks, std::min(kRing_s * format.rate_hz / block_samples, affordable));
}

Clock::time_point after(std::chrono::milliseconds time) {
  return time.count() > 0 ? Clock::now() + time : Clock::time_point::max();
}

/// Runs `work` with the time limit for connecting.
void call_system(const OpenOptions& options, std::function<void()> work) {
  switch (call_bounded(std::move(work), options.cancel, after(options.connect_timeout))) {
    case CallOutcome::done:
      return;
    case CallOutcome::cancelled:
      throw Cancelled{};
    case CallOutcome::timed_out:
      throw Error(ErrorKind::device, "the sound system does not answer", {},
                  "restart it (PulseAudio: pulseaudio -k), or try another one with api=");
  }
}

DeviceList list_of(const std::shared_ptr<AudioHost>& host) {
  return {host->systems(), [host](const std::string& system) { return host->devices(system); }};
}

/// A capture that was started, and what it writes into.
struct Opened {
  AudioDevice device;
  AudioFormat format;
  std::shared_ptr<CaptureFeed> feed;
  std::unique_ptr<Capture> capture;
};

/// Nothing is opened when nobody waits for it any more.
Opened open_capture(AudioHost& host, const MicAddress& address, const DeviceList& list, const OpenOptions& options,
                    const std::atomic<bool>& is_wanted) {
  Opened opened;
  opened.device = choose_device(address, list);
  if (!is_wanted) return opened;
  opened.format = choose_format(address, opened.device);
  const int rate_hz = opened.format.rate_hz;
  const int block_samples = choose_block_samples(rate_hz, options.window_grid ? options.window_grid(rate_hz) : 0);
  opened.feed = std::make_shared<CaptureFeed>(opened.format, block_samples, ring_blocks(opened.format, block_samples));
  opened.capture = host.open(opened.device, opened.format, block_samples, opened.feed);
  return opened;
}

class MicSource : public Source {
 public:
  MicSource(Opened opened, std::string uri, const OpenOptions& options)
      : feed_(std::move(opened.feed)),
        capture_(std::move(opened.capture)),
        uri_(std::move(uri)),
        cancel_(options.cancel),
        stall_(options.stall_timeout) {
    info_.format = opened.format;
    info_.container = "mic";
    info_.codec = "pcm_f32le";
    constexpr int kFloatBits = 32;
    info_.bits = kFloatBits;
    info_.is_live = true;
    info_.may_wait = true;
    info_.label_hint = opened.device.name;
    last_sound_ = Clock::now();
  }

  ~MicSource() override {
    // Closing may wait for ever. The box is emptied on the other thread, whoever lets go of it last.
    const auto box = std::make_shared<std::unique_ptr<Capture>>(std::move(capture_));
    try {
      call_bounded([box] { box->reset(); }, CancelToken{}, after(kCloseTime));
    } catch (...) {  // no thread to be had: better left open than hanging
      log(LogLevel::debug, uri_ + ": could not close the device");
    }
  }

  const SourceInfo& info() const override { return info_; }

  int64_t overflows() const override { return feed_->overflows(); }
  void want(Clock::duration length) override {
    const double samples = std::chrono::duration<double>(length).count() * info_.format.rate_hz;
    feed_->want(taken_samples_ + static_cast<int64_t>(samples));
  }

  ReadResult read(Clock::time_point deadline) override {
    if (std::exchange(is_block_lent_, false)) feed_->ring().pop();
    while (true) {
      if (cancel_.is_requested()) throw Cancelled{};
      if (auto result = next_result()) return *result;
      check_alive();
      if (Clock::now() >= deadline) {
        ReadResult result;
        result.kind = ReadKind::would_block;
        return result;
      }
      feed_->wake_up().wait(cancel_, std::min(deadline, Clock::now() + kLookTime));
    }
  }

 private:
  /// What the ring has to tell: a gap, then the block behind it.
  std::optional<ReadResult> next_result() {
    ReadResult result;
    result.dropped_samples = feed_->ring().take_dropped();
    result.gap_samples = feed_->ring().take_lost();
    if (result.dropped_samples + result.gap_samples > 0) {
      result.kind = ReadKind::gap;
      return result;
    }
    const auto block = feed_->ring().front();
    if (!block) return std::nullopt;
    is_block_lent_ = true;
    taken_samples_ += static_cast<int64_t>(block->samples.size()) / info_.format.channels;
    last_sound_ = Clock::now();
    warn_of_overflow();
    result.kind = ReadKind::data;
    result.samples = block->samples;
    // The computer's clock may be set back while we listen.
    last_wallclock_us_ = std::max(last_wallclock_us_, block->wallclock_us);
    result.wallclock_us = last_wallclock_us_;
    return result;
  }

  void warn_of_overflow() {
    const int64_t overflows = feed_->overflows();
    if (overflows == told_overflows_ || last_sound_ < next_warning_) return;
    next_warning_ = last_sound_ + kWarningPause;
    log(LogLevel::warning, uri_ + ": the sound system lost samples, " + std::to_string(overflows - told_overflows_) +
                               " times; it does not say how many");
    told_overflows_ = overflows;
  }

  /// Throws when nothing can be expected any more.
  void check_alive() {
    const auto now = Clock::now();
    if (feed_->is_dead() || (now >= next_look_ && !capture_->is_running())) {
      throw Error(ErrorKind::device, "the sound system broke off", {}, "astream devices shows what is there now");
    }
    if (now >= next_look_) next_look_ = now + kLookTime;
    if (stall_.count() > 0 && now - last_sound_ >= stall_) {
      throw Error(ErrorKind::device, "the device gave nothing for too long", {}, "is it suspended? See --stall");
    }
  }

  SourceInfo info_;
  std::shared_ptr<CaptureFeed> feed_;
  std::unique_ptr<Capture> capture_;
  std::string uri_;
  CancelToken cancel_;
  std::chrono::milliseconds stall_;
  bool is_block_lent_ = false;
  int64_t taken_samples_ = 0;  ///< out of the ring
  Clock::time_point last_sound_;
  Clock::time_point next_look_;
  Clock::time_point next_warning_;
  int64_t told_overflows_ = 0;
  int64_t last_wallclock_us_ = 0;
};

void warn_of_rate(const MicAddress& address, AudioFormat format, const std::string& uri) {
  if (!address.rate_hz || *address.rate_hz == format.rate_hz) return;
  log(LogLevel::warning, uri + ": the device has no " + std::to_string(*address.rate_hz) + " Hz, it is taken at " +
                             std::to_string(format.rate_hz) + " Hz; --rate resamples");
}

/// Looks for the device anew at each call: devices come and go, and their numbers with them.
std::unique_ptr<Source> open_inner(const std::shared_ptr<AudioHost>& host, const Input& input,
                                   const OpenOptions& options) {
  const MicAddress address = parse_mic(input.uri);
  const auto opened = std::make_shared<Opened>();
  const auto is_wanted = std::make_shared<std::atomic<bool>>(true);
  try {
    call_system(options, [host, address, opened, options, is_wanted] {
      *opened = open_capture(*host, address, list_of(host), options, *is_wanted);
    });
  } catch (...) {
    *is_wanted = false;
    throw;
  }
  const std::string uri = shown_uri(input);
  warn_of_rate(address, opened->format, uri);
  return std::make_unique<MicSource>(std::move(*opened), uri, options);
}

}  // namespace

std::unique_ptr<Source> open_mic_of(const std::shared_ptr<AudioHost>& host, const Input& input,
                                    const OpenOptions& options) {
  if (options.track.value_or(1) != 1) {
    throw Error(ErrorKind::usage, "a microphone has one track only", {}, "leave --track out; --channel picks channels");
  }
  return open_inner(host, input, options);
}

std::unique_ptr<Source> open_mic(const Input& input, const OpenOptions& options) {
  parse_mic(input.uri);  // says now what is wrong with it
  constexpr LiveTraits kTraits{OnLag::drop_oldest, true, false};
  return open_live(input, options, kTraits,
                   [input](const OpenOptions& live) { return open_mic_of(system_audio_host(), input, live); });
}

std::vector<AudioDevice> capture_devices(const std::shared_ptr<AudioHost>& host, const OpenOptions& options) {
  const auto devices = std::make_shared<std::vector<AudioDevice>>();
  call_system(options, [host, devices] { *devices = list_devices(list_of(host)); });
  return std::move(*devices);
}

}  // namespace astream
