#include "source/packet_source.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "av/media_target.hpp"
#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/local_time.hpp"
#include "base/log.hpp"
#include "source/scheme_table.hpp"

namespace astream {

PacketSource::PacketSource(const Input& input, const OpenOptions& options)
    : input_(input), options_(options), policy_(options.live.reconnect) {
  open_first();
  describe();
}

std::unique_ptr<av::PacketReader> PacketSource::open() {
  av::MediaTarget target = packet_target(input_, options_);
  target.trail = trail_;
  return std::make_unique<av::PacketReader>(std::move(target));
}

void PacketSource::open_first() {
  const auto begin = Clock::now();
  ReconnectLimits limits = options_.live.reconnect;
  limits.max_attempts.reset();
  ReconnectPolicy waiting(limits);
  while (!reader_) {
    try {
      reader_ = open();
    } catch (const Error& error) {
      const auto wait = options_.live.wait;
      const bool is_time_left = wait && (*wait == LiveOptions::kForever || Clock::now() - begin < *wait);
      if (error.kind() != ErrorKind::network || !is_time_left) throw;
      if (waiting.attempts() == 0)
        log(LogLevel::warning, shown_uri(input_) + ": " + error.message() + "; waiting for it");
      pause(*waiting.lost(Clock::now()));
    }
  }
}

void PacketSource::describe() {
  const av::MediaInfo& media = reader_->info();
  info_.format = media.format;
  info_.container = media.container;
  info_.codec = media.codec;
  info_.layout = media.layout;
  info_.bit_rate = media.bit_rate;
  info_.bits = media.bits;
  info_.duration_s = media.is_live ? std::nullopt : media.duration_s;
  info_.tags = media.tags;
  info_.is_live = info_.may_wait = media.is_live;
}

void PacketSource::pause(Clock::duration delay) {
  constexpr std::chrono::milliseconds kSlice{50};
  const auto end = Clock::now() + delay;
  while (Clock::now() < end) {
    if (options_.cancel.wait_until(std::min(end, Clock::now() + kSlice))) throw Cancelled{};
    if (options_.abort && options_.abort->is_requested()) throw Cancelled{};
  }
}

/// Nothing when a packet came, else why not: the end is Error(network) where it is live.
std::optional<Error> PacketSource::read() {
  try {
    if (reader_->next()) return std::nullopt;
  } catch (const Error& error) {
    if (!info_.is_live) throw;
    return error;
  }
  is_ended_ = !info_.is_live || options_.live.reconnect.max_attempts == 0;
  return Error(ErrorKind::network, "the other side ended it");
}

/// What went wrong, if something did. Throws what another attempt would not better.
std::optional<Error> PacketSource::try_connect() {
  try {
    auto opened = open();
    if (!previous_) previous_ = std::move(reader_);
    reader_ = std::move(opened);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage) throw;
    return error;
  }
}

void PacketSource::reconnect(const Error& why) {
  Error last = why;
  bool is_told = false;
  while (true) {
    const auto delay = policy_.lost(Clock::now());
    if (!delay) {
      throw Error(ErrorKind::network, "lost: " + last.message(), {},
                  "--reconnect N tries N times, --reconnect forever does not give up");
    }
    log(is_told ? LogLevel::verbose : LogLevel::warning,
        shown_uri(input_) + ": " + last.message() + "; connecting again");
    is_told = true;
    pause(*delay);
    const std::optional<Error> failure = try_connect();
    if (!failure) return;
    last = *failure;
  }
}

/// The time line counts at the rate with which it began.
int64_t PacketSource::on_time_line(int64_t samples) const {
  const int64_t rate_hz = reader_->info().format.rate_hz;
  return (samples * info_.format.rate_hz + rate_hz / 2) / rate_hz;
}

void PacketSource::take_packet() {
  const auto now = Clock::now();
  const AudioFormat& format = info_.format;
  samples_ = on_time_line(reader_->samples());
  is_new_stream_ = reader_->has_new_header();
  gap_samples_ = info_.is_live ? on_time_line(reader_->gap_samples()) : 0;
  clock_.advance(gap_samples_, format.rate_hz);
  if (previous_) {
    is_new_stream_ = !previous_->is_continued_by(*reader_);
    const auto told = reader_->info().missed_samples;
    gap_samples_ = told ? on_time_line(*told) : clock_.missed_samples(now, samples_, format);
    clock_.advance(gap_samples_, format.rate_hz);
    previous_.reset();
    ++reconnects_;
  }
  if (!info_.is_live) return;
  policy_.connected(now);
  clock_.begin(now, samples_, format.rate_hz);
  clock_.advance(samples_, format.rate_hz);
  wallclock_us_ = clock_.wallclock_us(utc_now_us(), samples_, format.rate_hz, reader_->captured_us());
}

bool PacketSource::next() {
  while (true) {
    const std::optional<Error> loss = read();
    if (!loss) break;
    if (is_ended_) return false;
    reconnect(*loss);
  }
  take_packet();
  return true;
}

bool PacketSource::takes_new_tags() {
  const bool is_new = info_.is_live && reader_->info().tags != info_.tags;
  if (is_new) info_.tags = reader_->info().tags;
  return is_new;
}

}  // namespace astream
