#include "source/live_capture.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/local_time.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "source/input.hpp"

namespace astream {

namespace {

/// How long a wait goes on without a look at whether to stop.
constexpr std::chrono::milliseconds kSlice{50};
constexpr std::chrono::minutes kWarningInterval{1};

/// "1.2 s", "1:02:03".
std::string time_text(double seconds) {
  constexpr double kMinute_s = 60;
  if (seconds >= kMinute_s) return format_clock(seconds);
  const auto tenths = static_cast<int64_t>(std::llround(seconds * 10));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string time_text(Clock::duration time) {
  return time_text(std::chrono::duration<double>(time).count());
}

std::shared_ptr<const LiveFormat> describe(const Source& source) {
  constexpr int kMostMixes = 8;  // FFmpeg's default layouts end there
  auto format = std::make_shared<LiveFormat>();
  format->info = source.info();
  format->info.is_live = true;
  format->info.may_wait = true;
  format->info.duration_s.reset();
  format->info.total_samples.reset();
  for (int channels = 1; channels <= kMostMixes; ++channels) {
    if (auto mix = source.layout_mix(channels)) format->mixes[channels] = std::move(*mix);
  }
  return format;
}

}  // namespace

LiveCapture::LiveCapture(const Input& input, const OpenOptions& options, LiveTraits traits, LiveOpener open_inner,
                         std::unique_ptr<Source> first)
    : uri_(shown_uri(input)),
      options_(std::make_unique<OpenOptions>(options)),
      traits_(traits),
      open_inner_(std::move(open_inner)),
      inner_(std::move(first)),
      buffer_(options.live.on_lag.value_or(traits.on_lag), options.live.buffer,
              options.wake_up ? options.wake_up : std::make_shared<WakeUp>()),
      policy_(options.live.reconnect) {
  if (!options_->abort) options_->abort.emplace();
}

LiveCapture::~LiveCapture() = default;

void LiveCapture::run() noexcept {
  std::exception_ptr failure;
  try {
    capture();
  } catch (...) {
    failure = std::current_exception();
  }
  inner_.reset();
  buffer_.finish(failure);
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
}

void LiveCapture::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  options_->abort->request();
  buffer_.close();
}

bool LiveCapture::wait_stopped(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return is_stopped_; });
}

void LiveCapture::set_state(LiveState state) {
  const std::lock_guard lock(mutex_);
  vitals_.state = state;
}

/// A block came and is on the time line.
void LiveCapture::note_block() {
  const auto now = Clock::now();
  drift_.add(now, clock_.position());
  const std::lock_guard lock(mutex_);
  vitals_.state = LiveState::live;
  vitals_.last_block = now;
  vitals_.lateness = clock_.lateness(now).value_or(LiveClock::Duration::zero());
  vitals_.reconnects = std::max<int64_t>(0, connections_ - 1);
  vitals_.drift_ppm = drift_.ppm();
}

LiveHealth LiveCapture::health() const {
  // A server may send some seconds at once, and then none for as long.
  constexpr std::chrono::seconds kPatience{2};
  LiveHealth health;
  health.lag_s = std::chrono::duration<double>(buffer_.queued()).count();
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  health.state = is_stopped_ ? LiveState::ended : vitals_.state;
  health.reconnects = vitals_.reconnects;
  health.drift_ppm = vitals_.drift_ppm;
  health.lost_s = std::chrono::duration<double>(vitals_.lost).count();
  if (!vitals_.last_block) return health;
  const auto silence = now - *vitals_.last_block;
  health.silence_s = std::chrono::duration<double>(silence).count();
  const bool is_late = silence > kPatience && vitals_.lateness + silence > kPatience;
  if (health.state == LiveState::live && is_late) health.state = LiveState::stalled;
  return health;
}

void LiveCapture::check_stop() const {
  if (is_stopping_ || options_->cancel.is_requested()) throw Cancelled{};
}

void LiveCapture::pause(Clock::duration delay) {
  const auto end = Clock::now() + delay;
  std::unique_lock lock(mutex_);
  while (Clock::now() < end) {
    check_stop();
    changed_.wait_until(lock, std::min(end, Clock::now() + kSlice));
  }
}

void LiveCapture::capture() {
  open_first();
  while (true) {
    const std::optional<Error> loss = read_connection();
    corrupt_before_ += inner_->corrupt_packets();
    overflows_before_ += inner_->overflows();
    inner_.reset();
    if (!reconnect(loss)) return;
  }
}

void LiveCapture::connect() {
  check_stop();
  auto opened = open_inner_(*options_);
  while (!opened->wait_open(Clock::now() + kSlice)) check_stop();
  inner_ = std::move(opened);
}

/// The first connection: what fails here is an ordinary error, unless it is to be waited for.
void LiveCapture::open_first() {
  const auto wait = options_->live.wait;
  const auto begin = Clock::now();
  ReconnectLimits limits = options_->live.reconnect;
  limits.max_attempts.reset();
  ReconnectPolicy waiting(limits);
  while (!inner_) {
    try {
      connect();
    } catch (const Error& error) {
      const auto now = Clock::now();
      const bool is_time_left = wait && (*wait == LiveOptions::kForever || now - begin < *wait);
      if (error.kind() == ErrorKind::usage || !is_time_left) throw;
      if (waiting.attempts() == 0) log(LogLevel::warning, uri_ + ": " + error.message() + "; waiting for it");
      auto delay = *waiting.lost(now);
      if (*wait != LiveOptions::kForever) delay = std::min<Clock::duration>(delay, begin + *wait - now);
      pause(delay);
    }
  }
  was_live_ = inner_->info().is_live;
  tell_format();
}

/// Reads until the connection is lost: by an error, or (nothing) by an end.
std::optional<Error> LiveCapture::read_connection() {
  is_fresh_ = true;
  const bool has_stall = options_->stall_timeout > std::chrono::milliseconds::zero();  // 0: never
  try {
    auto last_sign = Clock::now();
    while (true) {
      check_stop();
      if (!is_fresh_) inner_->want(buffer_.missing());
      const ReadResult result = inner_->read(Clock::now() + kSlice);
      corrupt_packets_ = corrupt_before_ + inner_->corrupt_packets();
      overflows_ = overflows_before_ + inner_->overflows();
      if (result.kind == ReadKind::end) return std::nullopt;
      if (result.kind != ReadKind::would_block) {
        if (take(result)) last_sign = Clock::now();
      } else if (has_stall && Clock::now() - last_sign >= options_->stall_timeout) {
        return Error(ErrorKind::network, "nothing came for " + time_text(options_->stall_timeout));
      }
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage || error.kind() == ErrorKind::internal) throw;
    return error;
  } catch (const Cancelled&) {
    check_stop();
    return Error(ErrorKind::network, "the connection was given up");
  }
}

/// Whether `result` is a sign of life.
bool LiveCapture::take(const ReadResult& result) {
  switch (result.kind) {
    case ReadKind::data:
      take_data(result);
      return true;
    case ReadKind::gap:
      take_gap(result);
      return true;
    case ReadKind::format_changed:
      if (!is_fresh_) tell_format();
      return false;
    case ReadKind::tags:
      tell_tags(result.tags);
      return false;
    case ReadKind::would_block:
    case ReadKind::end:
      return false;
  }
  return false;
}

void LiveCapture::take_data(const ReadResult& result) {
  const int channels = inner_->info().format.channels;
  const auto samples = static_cast<int64_t>(result.samples.size()) / std::max(channels, 1);
  if (samples == 0) return;
  if (is_fresh_) begin_connection(samples);
  clock_.advance(samples, format_.rate_hz);
  const int64_t wallclock_us = clock_.wallclock_us(utc_now_us(), samples, format_.rate_hz, result.wallclock_us);
  note_block();
  warn_of_drops(buffer_.offer(result.samples, format_, wallclock_us));
}

void LiveCapture::take_gap(const ReadResult& result) {
  if (is_fresh_) begin_connection(0);
  clock_.advance(result.gap_samples + result.dropped_samples, format_.rate_hz);
  {
    const std::lock_guard lock(mutex_);
    vitals_.lost += LiveClock::length(result.gap_samples, format_.rate_hz);
  }
  LiveItem item;
  item.kind = ReadKind::gap;
  item.gap_samples = result.gap_samples;
  item.dropped_samples = result.dropped_samples;
  buffer_.offer(std::move(item));
}

/// The first block came by this connection: what was missed before it is told, in the old format's samples.
void LiveCapture::begin_connection(int64_t block_samples) {
  is_fresh_ = false;
  const auto now = Clock::now();
  policy_.connected(now);
  if (connections_++ > 0) {
    LiveItem item;
    item.kind = ReadKind::gap;
    item.reconnects = 1;
    if (inner_->info().missed_samples) {
      item.gap_samples = *inner_->info().missed_samples;  // told only where the rate is the same
    } else if (traits_.is_gap_measured) {
      // The block is in the new rate, its length is a time.
      const int64_t in_old_rate = block_samples * format_.rate_hz / inner_->info().format.rate_hz;
      item.gap_samples = clock_.missed_samples(now, in_old_rate, format_);
    }
    clock_.advance(item.gap_samples, format_.rate_hz);
    log(LogLevel::info,
        uri_ + ": connected again, " + time_text(static_cast<double>(item.gap_samples) / format_.rate_hz) + " missing");
    buffer_.offer(std::move(item));
    tell_tags(inner_->info().tags);
    if (inner_->info().format != format_) tell_format();
  }
  clock_.begin(now, block_samples, format_.rate_hz);
  drift_.reset();
}

void LiveCapture::tell_format() {
  LiveItem item;
  item.kind = ReadKind::format_changed;
  item.format = describe(*inner_);
  format_ = inner_->info().format;
  if (connections_ == 0) tags_ = inner_->info().tags;
  buffer_.offer(std::move(item));
}

/// Tells those tags that are new.
void LiveCapture::tell_tags(const Tags& tags) {
  LiveItem item;
  item.kind = ReadKind::tags;
  for (const auto& [key, value] : tags) {
    const auto known = tags_.find(key);
    if (known == tags_.end() || known->second != value) item.tags[key] = tags_[key] = value;
  }
  if (!item.tags.empty()) buffer_.offer(std::move(item));
}

void LiveCapture::warn_of_drops(int64_t dropped_samples) {
  unsaid_drops_ += dropped_samples;
  const auto now = Clock::now();
  if (unsaid_drops_ == 0 || (last_warning_ && now - *last_warning_ < kWarningInterval)) return;
  last_warning_ = now;
  log(LogLevel::warning, uri_ + ": the reader is too slow, " + std::to_string(std::exchange(unsaid_drops_, 0)) +
                             " samples dropped (see --on-lag and --buffer)");
}

/// What went wrong, if something did. Throws what another attempt would not better.
std::optional<Error> LiveCapture::try_connect() {
  try {
    connect();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage) throw;
    return error;
  } catch (const Cancelled&) {
    check_stop();
    return Error(ErrorKind::network, "the connection was given up");
  }
  return std::nullopt;
}

/// Connects anew, by the policy; false at the end of what there is. Throws when the attempts ran out.
bool LiveCapture::reconnect(const std::optional<Error>& loss) {
  Error why = loss.value_or(Error(ErrorKind::network, "the other side ended it"));
  const bool may_end = !loss && traits_.has_end && options_->live.reconnect.max_attempts == 0;
  if (may_end) return false;
  bool is_told = false;
  set_state(LiveState::reconnecting);
  while (true) {
    const auto delay = policy_.lost(Clock::now());
    if (!delay) {
      throw Error(ErrorKind::network, "lost: " + why.message(), {},
                  "--reconnect N tries N times, --reconnect forever does not give up");
    }
    log(is_told ? LogLevel::verbose : LogLevel::warning,
        uri_ + ": " + why.message() + "; connecting again in " + time_text(*delay));
    is_told = true;
    pause(*delay);
    const std::optional<Error> failure = try_connect();
    // What is there after a broadcast that is over is its recording.
    if (!failure) return !was_live_ || inner_->info().is_live;
    why = *failure;
  }
}

}  // namespace astream
