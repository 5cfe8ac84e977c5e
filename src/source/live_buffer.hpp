// The bounded queue between a capture thread and its reader. Nothing vanishes in it: what is dropped is counted and
// told as a gap at its place, so that accepted + dropped = offered.
//
// One thread offers, one takes. Offering waits only with OnLag::block. What is not audio takes no room.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/wake_up.hpp"
#include "source/live_options.hpp"
#include "source/source.hpp"

namespace astream {

/// Format and all that hangs on it, as it holds from an item on.
struct LiveFormat {
  SourceInfo info;
  std::map<int, MixMatrix> mixes;  ///< FFmpeg's downmix by number of output channels, where there is one
};

/// One thing that the reader is told; the fields of its kind are set. format_changed: `format` is set.
struct LiveItem {
  ReadKind kind = ReadKind::end;
  std::vector<float> samples;
  AudioFormat layout;  ///< of samples
  std::optional<int64_t> wallclock_us;
  int64_t gap_samples = 0;
  int64_t dropped_samples = 0;
  int64_t reconnects = 0;  ///< of a gap: connections that were made anew here
  Tags tags;
  std::shared_ptr<const LiveFormat> format;
};

class LiveBuffer {
 public:
  /// `wake_up` is notified of all that there is to take; the reader alone may wait for it.
  LiveBuffer(OnLag on_lag, std::chrono::milliseconds capacity, std::shared_ptr<WakeUp> wake_up)
      : on_lag_(on_lag), capacity_(capacity), wake_up_(std::move(wake_up)) {}

  /// A block of interleaved samples; gives how many samples were dropped for it (of any block).
  int64_t offer(std::span<const float> samples, AudioFormat format, int64_t wallclock_us);
  /// Anything but data.
  void offer(LiveItem item);
  /// Audio of less than `length` (100 ms at most, and never more than half of what there is room for) does not wake the
  /// reader. From its thread.
  void want(std::chrono::steady_clock::duration length);
  /// What is missing to that.
  std::chrono::steady_clock::duration missing() const;
  /// Length of the audio that waits.
  std::chrono::steady_clock::duration queued() const;
  /// Nothing more will be offered: the reader gets what is there, then `failure`, or the end.
  void finish(std::exception_ptr failure);
  /// Nothing more will be taken: offering does not wait any longer, and keeps nothing.
  void close();

  /// The next item; nothing at `deadline`. Throws Cancelled at once when that is requested, and what finish() was
  /// given.
  std::optional<LiveItem> take(std::chrono::steady_clock::time_point deadline, const CancelToken& cancel);

 private:
  using Duration = std::chrono::steady_clock::duration;

  bool has_room(Duration length) const { return queued_ == Duration::zero() || queued_ + length <= capacity_; }
  std::optional<LiveItem> try_take();
  int64_t drop_oldest();
  void merge_gap(const std::deque<LiveItem>::iterator& place);

  OnLag on_lag_;
  Duration capacity_;
  std::shared_ptr<WakeUp> wake_up_;
  mutable std::mutex mutex_;
  std::condition_variable has_room_again_;
  std::deque<LiveItem> items_;
  Duration queued_{0};  ///< length of the audio in items_
  Duration wanted_{0};
  bool is_finished_ = false;
  bool is_closed_ = false;
  std::exception_ptr failure_;
};

}  // namespace astream
