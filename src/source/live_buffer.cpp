#include "source/live_buffer.hpp"

#include <algorithm>
#include <utility>

#include "base/byte_input.hpp"
#include "source/live_clock.hpp"

namespace astream {

namespace {

int64_t sample_count(const LiveItem& item) {
  return item.layout.channels > 0 ? static_cast<int64_t>(item.samples.size()) / item.layout.channels : 0;
}

bool is_gap_or_tags(const LiveItem& item) {
  return item.kind == ReadKind::gap || item.kind == ReadKind::tags;
}

LiveClock::Duration length_of(const LiveItem& item) {
  return LiveClock::length(sample_count(item), item.layout.rate_hz);
}

}  // namespace

int64_t LiveBuffer::offer(std::span<const float> samples, AudioFormat format, int64_t wallclock_us) {
  LiveItem item;
  item.kind = ReadKind::data;
  item.layout = format;
  item.wallclock_us = wallclock_us;
  item.samples.assign(samples.begin(), samples.end());
  const Duration length = length_of(item);
  int64_t dropped = 0;
  std::unique_lock lock(mutex_);
  if (!has_room(length)) wake_up_->notify();  // the reader may sleep until more is there
  if (on_lag_ == OnLag::block) has_room_again_.wait(lock, [&] { return is_closed_ || has_room(length); });
  if (is_closed_) return 0;
  while (on_lag_ == OnLag::drop_oldest && !has_room(length)) dropped += drop_oldest();
  if (!has_room(length)) {
    LiveItem loss;
    loss.kind = ReadKind::gap;
    loss.dropped_samples = dropped = sample_count(item);
    items_.push_back(std::move(loss));
    merge_gap(items_.end() - 1);
  } else {
    queued_ += length;
    items_.push_back(std::move(item));
  }
  if (dropped > 0 || queued_ >= wanted_) wake_up_->notify();
  return dropped;
}

void LiveBuffer::want(std::chrono::steady_clock::duration length) {
  constexpr std::chrono::milliseconds kMostWanted{100};
  const std::lock_guard lock(mutex_);
  wanted_ = std::min({length, Duration(kMostWanted), Duration(capacity_) / 2});
}

std::chrono::steady_clock::duration LiveBuffer::missing() const {
  const std::lock_guard lock(mutex_);
  return std::max(Duration::zero(), wanted_ - queued_);
}

/// Makes a gap of the oldest block; there is one.
int64_t LiveBuffer::drop_oldest() {
  const auto oldest =
      std::find_if(items_.begin(), items_.end(), [](const LiveItem& item) { return item.kind == ReadKind::data; });
  const int64_t dropped = sample_count(*oldest);
  queued_ -= length_of(*oldest);
  *oldest = {};
  oldest->kind = ReadKind::gap;
  oldest->dropped_samples = dropped;
  merge_gap(oldest);
  return dropped;
}

/// Makes one gap of the one at `place` and those before it, so that a reader that never comes back does not fill the
/// memory. Tags between them go behind it, as one: what they were about is gone.
void LiveBuffer::merge_gap(const std::deque<LiveItem>::iterator& place) {
  auto first = place;
  while (first != items_.begin() && is_gap_or_tags(*(first - 1))) --first;
  LiveItem gap;
  gap.kind = ReadKind::gap;
  LiveItem tags;
  tags.kind = ReadKind::tags;
  for (auto item = first; item != place + 1; ++item) {
    gap.gap_samples += item->gap_samples;
    gap.dropped_samples += item->dropped_samples;
    gap.reconnects += item->reconnects;
    for (auto& [key, value] : item->tags) tags.tags[key] = std::move(value);
  }
  auto next = items_.erase(first, place + 1);
  if (!tags.tags.empty()) next = items_.insert(next, std::move(tags));
  items_.insert(next, std::move(gap));
}

void LiveBuffer::offer(LiveItem item) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  items_.push_back(std::move(item));
  wake_up_->notify();
}

std::chrono::steady_clock::duration LiveBuffer::queued() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}

void LiveBuffer::finish(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  is_finished_ = true;
  failure_ = std::move(failure);
  wake_up_->notify();
}

void LiveBuffer::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  has_room_again_.notify_all();
}

std::optional<LiveItem> LiveBuffer::try_take() {
  const std::lock_guard lock(mutex_);
  if (!items_.empty()) {
    LiveItem item = std::move(items_.front());
    items_.pop_front();
    if (item.kind == ReadKind::data) queued_ -= length_of(item);
    has_room_again_.notify_all();
    return item;
  }
  if (!is_finished_) return std::nullopt;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return LiveItem{};
}

std::optional<LiveItem> LiveBuffer::take(std::chrono::steady_clock::time_point deadline, const CancelToken& cancel) {
  while (true) {
    if (cancel.is_requested()) throw Cancelled{};
    if (auto item = try_take()) return item;
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    wake_up_->wait(cancel, deadline);
  }
}

}  // namespace astream
