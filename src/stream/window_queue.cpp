#include "stream/window_queue.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace astream {

namespace {

/// Events without samples are small, but a list of names that can't be opened has no end.
constexpr size_t kMostEvents = 4096;

int64_t end_of(const Window& window) {
  return window.sample + window.valid_samples;
}

/// -1 for what concerns the set.
int64_t stream_of(const QueuedEvent& queued) {
  return std::visit(
      [](const auto& event) -> int64_t {
        if constexpr (requires { event.stream; }) return event.stream;
        if constexpr (requires { event.head; }) return event.head.stream;
        return -1;
      },
      queued);
}

bool is_window_of(const QueuedEvent& event, int64_t stream) {
  return std::holds_alternative<QueuedWindow>(event) && stream_of(event) == stream;
}

}  // namespace

void WindowQueue::add(QueuedEvent event) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  events_.push_back(std::move(event));
  has_event_.notify_one();
}

void WindowQueue::offer(const StreamStart& event) {
  Stream stream;
  stream.channels = event.format.channels;
  stream.is_live = event.is_live;
  const double hop_s = static_cast<double>(event.plan.hop_samples) / event.format.rate_hz;
  stream.hop = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(hop_s));
  const int64_t shared_samples = std::max<int64_t>(0, event.plan.window_samples - event.plan.hop_samples);
  stream.shared_values = static_cast<size_t>(shared_samples * stream.channels);
  {
    const std::lock_guard lock(mutex_);
    streams_[event.stream] = std::move(stream);
  }
  add(event);
}

bool WindowQueue::has_room(const Stream& stream) const {
  return !stream.is_live || stream.waiting == 0 || (stream.waiting + 1) * stream.hop <= capacity_;
}

int64_t WindowQueue::offer(const Window& window) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return 0;
  Stream& stream = streams_.at(window.stream);
  int64_t lost = settle_refused(stream, window.sample);
  if (on_lag_ == OnLag::drop_newest && !has_room(stream)) {
    refuse(stream, window);
    return lost;
  }
  while (!has_room(stream)) lost += drop_oldest(stream, window);
  accept(stream, window);
  return lost;
}

void WindowQueue::accept(Stream& stream, const Window& window) {
  QueuedWindow queued;
  queued.head = window;
  queued.head.samples = {};
  queued.head.gap_samples += std::exchange(stream.pending_gap, 0);
  queued.head.dropped_samples += std::exchange(stream.pending_dropped, 0);
  queued.value_count = window.samples.size();
  const int64_t shared = std::clamp<int64_t>(stream.accepted_end - window.sample, 0, window.valid_samples);
  const auto fresh = window.samples.subspan(static_cast<size_t>(shared * stream.channels),
                                            static_cast<size_t>((window.valid_samples - shared) * stream.channels));
  queued.samples.assign(fresh.begin(), fresh.end());
  stream.accepted_end = end_of(window);
  ++stream.waiting;
  ++waiting_windows_;
  queued_ += stream.hop;
  events_.emplace_back(std::move(queued));
  has_event_.notify_one();
}

/// The window that is offered is dropped; how much is lost by that is known when the next one comes.
void WindowQueue::refuse(Stream& stream, const Window& window) {
  stream.pending_gap += window.gap_samples;
  stream.pending_dropped += window.dropped_samples;
  stream.refused = Span{std::max(window.sample, stream.accepted_end), end_of(window)};
  ++stream.dropped_windows;
}

int64_t WindowQueue::settle_refused(Stream& stream, int64_t next_sample) {
  if (!stream.refused) return 0;
  Span lost = *std::exchange(stream.refused, std::nullopt);
  lost.end = std::min(lost.end, next_sample);
  stream.pending_dropped += lost.samples();
  stream.dropped_samples += lost.samples();
  return lost.samples();
}

/// Drops the oldest window of the stream, which has one. What it told, and what it alone had, is told by the next one.
int64_t WindowQueue::drop_oldest(Stream& stream, const Window& offered) {
  const auto is_its = [&](const QueuedEvent& event) { return is_window_of(event, offered.stream); };
  const auto oldest = std::find_if(events_.begin(), events_.end(), is_its);
  auto& dropped = std::get<QueuedWindow>(*oldest);
  const auto next = std::find_if(oldest + 1, events_.end(), is_its);
  Window* teller = next == events_.end() ? nullptr : &std::get<QueuedWindow>(*next).head;
  const Span lost{std::max(dropped.head.sample, stream.taken_end),
                  std::min(end_of(dropped.head), teller != nullptr ? teller->sample : offered.sample)};
  (teller != nullptr ? teller->gap_samples : stream.pending_gap) += dropped.head.gap_samples;
  (teller != nullptr ? teller->dropped_samples : stream.pending_dropped) +=
      dropped.head.dropped_samples + lost.samples();
  stream.dropped_samples += lost.samples();
  ++stream.dropped_windows;
  complete(stream, dropped);
  --stream.waiting;
  --waiting_windows_;
  queued_ -= stream.hop;
  merge_infos(events_.erase(oldest), offered.stream);
  return lost.samples();
}

/// Where a window was dropped, two changes of tags may follow each other: they become one, so that a reader that never
/// comes back does not fill the memory.
void WindowQueue::merge_infos(const Place& behind, int64_t number) {
  const auto is_its = [number](const QueuedEvent& event) { return stream_of(event) == number; };
  const auto next = std::find_if(behind, events_.end(), is_its);
  const auto before = std::find_if(std::make_reverse_iterator(behind), events_.rend(), is_its);
  if (next == events_.end() || before == events_.rend()) return;
  auto* later = std::get_if<StreamInfo>(&*next);
  auto* earlier = std::get_if<StreamInfo>(&*before);
  if (later == nullptr || earlier == nullptr) return;
  later->tags.merge(earlier->tags);  // of those that both have, the later one stays
  events_.erase(std::prev(before.base()));
}

void WindowQueue::offer(const StreamInfo& event) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  events_.emplace_back(event);
  const auto entry = streams_.find(event.stream);
  if (entry != streams_.end() && entry->second.refused) merge_infos(events_.end() - 1, event.stream);
  has_event_.notify_one();
}

int64_t WindowQueue::offer(const StreamEnd& event) {
  StreamEnd told = event;
  const std::lock_guard lock(mutex_);
  if (is_closed_) return 0;
  Stream& stream = streams_.at(event.stream);
  const int64_t lost = settle_refused(stream, std::numeric_limits<int64_t>::max());
  told.windows -= stream.dropped_windows;
  told.samples -= stream.dropped_samples;
  told.dropped_samples += stream.dropped_samples;
  dropped_windows_ += stream.dropped_windows;
  dropped_samples_ += stream.dropped_samples;
  events_.emplace_back(told);
  has_event_.notify_one();
  return lost;
}

void WindowQueue::offer(const SetEnd& event) {
  SetEnd told = event;
  told.windows -= dropped_windows_;
  told.samples -= dropped_samples_;
  add(told);
}

bool WindowQueue::is_full_locked() const {
  return (waiting_windows_ > 0 && queued_ >= capacity_) || events_.size() >= kMostEvents;
}

bool WindowQueue::is_full() const {
  const std::lock_guard lock(mutex_);
  return !is_closed_ && is_full_locked();
}

bool WindowQueue::await_room(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return has_room_again_.wait_until(lock, deadline, [this] { return is_closed_ || !is_full_locked(); });
}

void WindowQueue::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  events_.clear();
  waiting_windows_ = 0;
  has_event_.notify_all();
  has_room_again_.notify_all();
}

/// Gives a window that leaves the queue all of its samples, and keeps what the next one may share with it.
void WindowQueue::complete(Stream& stream, QueuedWindow& window) {
  const auto channels = static_cast<size_t>(stream.channels);
  const size_t valid = static_cast<size_t>(window.head.valid_samples) * channels;
  const size_t missing = valid - window.samples.size();
  if (missing > 0) {
    std::vector<float> whole = std::move(stream.shared);
    whole.erase(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(missing));
    whole.insert(whole.end(), window.samples.begin(), window.samples.end());
    window.samples = std::move(whole);
  }
  const size_t kept = std::min(stream.shared_values, valid);
  stream.shared = {window.samples.end() - static_cast<std::ptrdiff_t>(kept), window.samples.end()};
  window.samples.resize(window.value_count);
}

std::optional<QueuedEvent> WindowQueue::take() {
  std::unique_lock lock(mutex_);
  has_event_.wait(lock, [this] { return is_closed_ || !events_.empty(); });
  if (is_closed_) return std::nullopt;
  QueuedEvent event = std::move(events_.front());
  events_.pop_front();
  ++taken_;
  if (auto* window = std::get_if<QueuedWindow>(&event)) {
    Stream& stream = streams_.at(window->head.stream);
    complete(stream, *window);
    window->head.window = stream.taken_windows++;
    stream.taken_end = end_of(window->head);
    --stream.waiting;
    --waiting_windows_;
    queued_ -= stream.hop;
  } else if (const auto* end = std::get_if<StreamEnd>(&event)) {
    streams_.erase(end->stream);
  }
  has_room_again_.notify_one();
  return event;
}

int64_t WindowQueue::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

int64_t WindowQueue::waiting_windows() const {
  const std::lock_guard lock(mutex_);
  return waiting_windows_;
}

}  // namespace astream
