#include "stream/stream_run.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/byte_input.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

/// Skipping less than this by a seek is not worth the seek.
constexpr int kMinSeek_s = 2;

Tags utf8_tags(const Tags& tags) {
  Tags clean;
  for (const auto& [key, value] : tags) clean[to_utf8(key)] = to_utf8(value);
  return clean;
}

}  // namespace

StreamRun::StreamRun(int64_t number, std::unique_ptr<Source> source, const Input& input, const StreamOptions& options)
    : number_(number),
      source_(std::move(source)),
      input_(input),
      options_(options),
      chain_(options, *source_),
      plan_(plan_windows(options, chain_.output_format().rate_hz)),
      windower_(plan_, chain_.output_format().channels) {
  const int rate_hz = chain_.output_format().rate_hz;
  origin_ = options.start.samples_at(rate_hz);
  if (options.duration) limit_ = options.duration->samples_at(rate_hz);
}

StreamStart StreamRun::start_event() const {
  StreamStart event;
  event.stream = number_;
  event.uri = shown_uri(input_);
  event.source = source_->info();
  event.source.tags = utf8_tags(event.source.tags);
  event.label =
      input_.label.empty() && !event.source.label_hint.empty() ? to_utf8(event.source.label_hint) : label_of(input_);
  event.format = chain_.output_format();
  event.plan = plan_;
  event.preset = options_.preset;
  event.is_live = event.source.is_live;
  event.may_wait = event.source.may_wait || options_.is_paced;
  const double rate_hz = event.format.rate_hz;
  if (event.source.duration_s) {
    event.duration_s = std::max(0.0, *event.source.duration_s - static_cast<double>(origin_) / rate_hz);
  }
  if (limit_) {
    const double limit_s = static_cast<double>(*limit_) / rate_hz;
    event.duration_s = std::min(event.duration_s.value_or(limit_s), limit_s);
  }
  return event;
}

void StreamRun::enter() {
  if (limit_ == 0) {
    is_limited_ = true;
    next_ = Next::finish;
  }
  if (origin_ > 0 && !skip_to(origin_)) to_drop_ = origin_;
}

/// Moves source and chain so that their output goes on at `out_sample` of the time line; false when that can't be done
/// by a seek.
bool StreamRun::skip_to(int64_t out_sample) {
  if (!is_first_format_ || is_rebuild_due_) return false;
  const auto entry = chain_.entry_point(out_sample);
  if (!entry || !source_->seek(entry->in_sample)) return false;
  chain_.enter_at(entry->in_sample);
  to_drop_ = entry->drop_samples;
  return true;
}

/// Where the windows leave samples out (hop > window), seeks over them instead of decoding them.
void StreamRun::skip_ahead() {
  int64_t skippable = windower_.skippable_samples();
  if (limit_) skippable = std::min(skippable, *limit_ - windower_.pushed_samples());
  if (skippable < int64_t{kMinSeek_s} * chain_.output_format().rate_hz || !source_->has_fast_seek() || to_drop_ > 0)
    return;
  if (skip_to(origin_ + windower_.pushed_samples() + skippable)) windower_.skip(skippable);
}

void StreamRun::push(std::span<const float> samples) {
  const auto channels = static_cast<size_t>(chain_.output_format().channels);
  line_samples_ += static_cast<int64_t>(samples.size() / channels);
  const auto dropped = std::min(to_drop_, static_cast<int64_t>(samples.size() / channels));
  to_drop_ -= dropped;
  samples = samples.subspan(static_cast<size_t>(dropped) * channels);
  if (limit_) {
    const auto room = static_cast<size_t>(*limit_ - windower_.pushed_samples()) * channels;
    if (samples.size() >= room) {
      samples = samples.first(room);
      is_limited_ = true;
      next_ = Next::finish;
    }
  }
  if (!samples.empty()) windower_.push(samples);
}

void StreamRun::push_block(const ReadResult& result) {
  if (result.wallclock_us) {
    const int64_t sample = segment_start_ + chain_.output_samples(segment_in_samples_);
    arrivals_.push_back({sample, *result.wallclock_us});
  }
  segment_in_samples_ += static_cast<int64_t>(result.samples.size()) / std::max(source_->info().format.channels, 1);
  push(chain_.process(result.samples));
}

/// When `sample` of the time line was captured: that of its block, and what lies between. Forgets what lies before.
std::optional<int64_t> StreamRun::wallclock_of(int64_t sample) {
  while (arrivals_.size() > 1 && arrivals_[1].sample <= sample) arrivals_.pop_front();
  if (arrivals_.empty()) return std::nullopt;
  const Arrival& block = arrivals_.front();
  const int64_t wallclock_us =
      block.wallclock_us + microseconds_of(sample - block.sample, chain_.output_format().rate_hz);
  last_wallclock_us_ = std::max(wallclock_us, last_wallclock_us_.value_or(wallclock_us));
  return last_wallclock_us_;
}

void StreamRun::begin_gap(const ReadResult& result) {
  push(chain_.finish());
  if (is_limited_) return;
  is_rebuild_due_ = true;
  // The parts are rounded apart, so that each is what the source told.
  const int64_t dropped = chain_.output_samples(result.dropped_samples);
  cut_gap_ = chain_.output_samples(result.gap_samples) + dropped;
  line_samples_ += cut_gap_;
  const int64_t swallowed = std::min(to_drop_, cut_gap_);  // a gap before --start
  to_drop_ -= swallowed;
  cut_gap_ -= swallowed;
  cut_dropped_ = std::min(dropped, cut_gap_);
  switch (options_.on_gap) {
    case OnGap::skip:
      next_ = Next::cut;
      return;
    case OnGap::fill:
      next_ = cut_gap_ > 0 ? Next::fill : Next::read;
      return;
    case OnGap::end:
      next_ = cut_gap_ > 0 ? Next::finish : Next::read;
      return;
  }
}

/// The windows before it are out: the next one tells the gap.
void StreamRun::tell_gap() {
  const int64_t dropped = std::exchange(cut_dropped_, 0);
  pending_dropped_ += dropped;
  dropped_samples_ += dropped;
  pending_gap_ += cut_gap_ - dropped;
  gap_samples_ += cut_gap_ - dropped;
}

void StreamRun::restart_behind_gap() {
  tell_gap();
  absent_samples_ += cut_gap_;
  windower_.restart(windower_.pushed_samples() + std::exchange(cut_gap_, 0));
  next_ = Next::read;
  if (limit_ && windower_.pushed_samples() >= *limit_) {
    is_limited_ = true;
    next_ = Next::finish;
  }
}

/// Zeros in place of what is missing, some at a time.
void StreamRun::push_zeros() {
  static constexpr std::array<float, size_t{1} << 14> kZeros{};
  const auto channels = static_cast<size_t>(chain_.output_format().channels);
  const int64_t count = std::min<int64_t>(cut_gap_, static_cast<int64_t>(kZeros.size() / channels));
  cut_gap_ -= count;
  is_filling_ = cut_gap_ > 0;
  next_ = is_filling_ ? Next::fill : Next::read;
  line_samples_ -= count;  // push() counts them again
  const int64_t before = windower_.pushed_samples();
  push(std::span(kZeros).first(static_cast<size_t>(count) * channels));
  absent_samples_ += windower_.pushed_samples() - before;
}

/// What comes before the next window is complete need not wake anybody. A filter may give more than it takes, and a
/// rest that is kept when it is interrupted should be all of it.
void StreamRun::tell_wanted() {
  if (!source_->info().is_live || options_.keeps_rest || !options_.filter.empty()) return;
  const int rate_hz = chain_.output_format().rate_hz;
  int64_t missing = windower_.missing_samples();
  if (limit_) missing = std::min(missing, *limit_ - windower_.pushed_samples());
  constexpr std::chrono::microseconds kRounding{1};  // lengths of blocks are rounded down
  const auto length = std::chrono::duration<double>(static_cast<double>(to_drop_ + missing) / rate_hz);
  source_->want(std::chrono::duration_cast<Clock::duration>(length) - kRounding);
}

/// False when there was nothing to read before the deadline.
bool StreamRun::read_block(Clock::time_point deadline) {
  if (is_rebuild_due_) {
    chain_.rebuild();
    is_rebuild_due_ = false;
    is_first_format_ = false;
    segment_start_ = line_samples_;
    segment_in_samples_ = 0;
  }
  skip_ahead();
  tell_wanted();
  const ReadResult result = source_->read(deadline);
  // What a gap cuts off came before the reconnect.
  if (result.kind == ReadKind::data) reconnects_ = source_->reconnects();
  switch (result.kind) {
    case ReadKind::data:
      push_block(result);
      return true;
    case ReadKind::gap:
      begin_gap(result);
      return true;
    case ReadKind::format_changed:
      push(chain_.finish());
      is_rebuild_due_ = true;
      return true;
    case ReadKind::end:
      push(chain_.finish());
      next_ = Next::finish;
      return true;
    case ReadKind::tags:
      new_tags_ = utf8_tags(result.tags);
      return true;
    case ReadKind::would_block:
      return false;
  }
  return false;
}

/// All windows of what was pushed are out: go on. False when that takes longer than to the deadline.
bool StreamRun::advance(Clock::time_point deadline) {
  switch (next_) {
    case Next::read:
      return read_block(deadline);
    case Next::cut:
      windower_.finish();
      next_ = Next::restart;
      return true;
    case Next::restart:
      restart_behind_gap();
      return true;
    case Next::fill:
      if (!is_filling_) tell_gap();
      push_zeros();
      return true;
    case Next::finish:
      windower_.finish();
      next_ = Next::nothing;
      return true;
    case Next::nothing:
      return true;
  }
  return true;
}

std::optional<WindowSlice> StreamRun::next_slice() {
  if (waiting_) return std::exchange(waiting_, std::nullopt);
  return windower_.next();
}

/// A file at its own speed: a window is due when its last sample would have been heard.
bool StreamRun::is_due(const WindowSlice& slice, Clock::time_point deadline) {
  if (!options_.is_paced || source_->info().is_live) return true;
  if (!pace_start_) pace_start_ = Clock::now();
  const double heard_s = static_cast<double>(slice.start_sample + slice.valid_samples) / chain_.output_format().rate_hz;
  const auto due = *pace_start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(heard_s));
  if (options_.open.cancel.wait_until(std::min(due, deadline))) throw Cancelled{};
  return due <= deadline;
}

Flow StreamRun::deliver(const WindowSlice& slice, Receiver& receiver) {
  Window window;
  window.stream = number_;
  window.window = windows_++;
  window.sample = origin_ + slice.start_sample;
  window.format = chain_.output_format();
  window.time_s = static_cast<double>(window.sample) / window.format.rate_hz;
  window.valid_samples = slice.valid_samples;
  window.gap_samples = std::exchange(pending_gap_, 0);
  window.epoch = input_.epoch;
  window.dropped_samples = std::exchange(pending_dropped_, 0);
  window.reconnects = reconnects_;
  window.wallclock_us = wallclock_of(window.sample);
  window.samples = slice.samples;
  return receiver.window(window);
}

double StreamRun::position_s() const {
  return static_cast<double>(origin_ + windower_.pushed_samples()) / chain_.output_format().rate_hz;
}

void StreamRun::tell_tags(Receiver& receiver) {
  StreamInfo event;
  event.stream = number_;
  event.time_s = position_s();
  event.tags = *std::exchange(new_tags_, std::nullopt);
  receiver.stream_info(event);
}

void StreamRun::tell_link(Receiver& receiver) {
  const auto health = source_->health();
  if (!health || (health->state != LiveState::reconnecting) == was_connected_) return;
  was_connected_ = !was_connected_;
  receiver.stream_link({number_, was_connected_});
}

StreamRun::Step StreamRun::step(Clock::time_point deadline, Receiver& receiver) {
  if (options_.open.cancel.is_requested()) throw Cancelled{};
  tell_link(receiver);
  if (const auto slice = next_slice()) {
    if (!is_due(*slice, deadline)) {
      waiting_ = slice;
      return Step::waiting;
    }
    return deliver(*slice, receiver) == Flow::stop ? Step::stopped : Step::more;
  }
  if (new_tags_) {
    tell_tags(receiver);
    return Step::more;
  }
  if (next_ == Next::nothing) return Step::ended;
  return advance(deadline) ? Step::more : Step::waiting;
}

Flow StreamRun::deliver_rest(Receiver& receiver) {
  if (next_ == Next::read) {
    if (!is_rebuild_due_) push(chain_.finish());
    next_ = Next::finish;
  }
  while (true) {
    if (const auto slice = next_slice()) {
      if (deliver(*slice, receiver) == Flow::stop) return Flow::stop;
    } else if (next_ == Next::nothing) {
      return Flow::proceed;
    } else {
      advance(Clock::now());
      if (next_ == Next::read) next_ = Next::finish;
    }
  }
}

/// Length of what was delivered on the time line; a seek over unwanted samples may have gone past the end.
int64_t StreamRun::length_samples() const {
  int64_t length = windower_.pushed_samples();
  const auto source_end = source_->end_sample();
  const bool is_length_kept = is_first_format_ && options_.filter.empty();
  if (source_end && is_length_kept) length = std::min(length, chain_.output_samples(*source_end) - origin_);
  return std::max<int64_t>(0, length) - absent_samples_;
}

StreamEnd StreamRun::end_event(EndReason reason) const {
  StreamEnd event;
  event.stream = number_;
  event.reason = reason;
  event.windows = windows_;
  event.samples = length_samples();
  event.gap_samples = gap_samples_;
  event.dropped_samples = dropped_samples_;
  event.reconnects = source_->reconnects();
  event.corrupt_packets = source_->corrupt_packets();
  event.overflows = source_->overflows();
  return event;
}

}  // namespace astream
