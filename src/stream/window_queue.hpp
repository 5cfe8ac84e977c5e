// The bounded queue in front of a receiver that may be slow: all events in their order, of which only windows of live
// streams can be dropped. Those are dropped whole, counted, and told by the next window of their stream and by its end,
// so that accepted + dropped = offered.
//
// One thread offers, in the grammar of receiver.hpp; one takes. Offering never waits. Of overlapping windows what they
// share is kept once, so that memory is that of the audio, whatever the hop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "source/live_options.hpp"
#include "stream/receiver.hpp"

namespace astream {

/// A window with samples of its own: `head.samples` is empty, those are in `samples`.
struct QueuedWindow {
  Window head;
  std::vector<float> samples;  ///< interleaved; in the queue those that the window before it did not have
  size_t value_count = 0;      ///< of the whole window, zeros behind what is valid included
};

using QueuedEvent = std::variant<SetStart, StreamStart, QueuedWindow, StreamInfo, StreamError, StreamEnd, SetEnd>;

class WindowQueue {
 public:
  /// `on_lag`: which windows are dropped when those of their stream last for `capacity`; block stands for drop_oldest.
  /// One window always has room.
  WindowQueue(OnLag on_lag, std::chrono::milliseconds capacity) : on_lag_(on_lag), capacity_(capacity) {}

  void offer(const SetStart& event) { add(event); }
  void offer(const StreamStart& event);
  /// Copies the samples. Gives how many samples are known to be lost since the last call: those of dropped windows that
  /// no other window has. Windows of stored streams are never dropped.
  int64_t offer(const Window& window);
  void offer(const StreamInfo& event);
  void offer(const StreamError& event) { add(event); }
  /// What is told behind is less what was dropped. Gives what window() gives.
  int64_t offer(const StreamEnd& event);
  void offer(const SetEnd& event);

  /// Whether a stored stream should wait before it offers more.
  bool is_full() const;
  /// Waits until it is not full, until `deadline` or until it is closed; false at the deadline.
  bool await_room(std::chrono::steady_clock::time_point deadline);
  /// Nothing more is taken: all that waits, and all that is offered from now on, is forgotten. From any thread.
  void close();

  /// The next event; waits for it. Nothing once the queue is closed.
  std::optional<QueuedEvent> take();
  /// How many events were taken.
  int64_t taken() const;
  /// How many windows wait.
  int64_t waiting_windows() const;

 private:
  using Duration = std::chrono::steady_clock::duration;

  /// A stretch of the time line.
  struct Span {
    int64_t begin = 0;
    int64_t end = 0;
    int64_t samples() const { return end > begin ? end - begin : 0; }
  };
  struct Stream {
    int channels = 1;
    bool is_live = false;
    Duration hop{0};
    size_t shared_values = 0;  ///< that a window may share with the one before it
    int64_t waiting = 0;       ///< windows
    int64_t accepted_end = 0;  ///< of the last window that was accepted
    int64_t taken_end = 0;     ///< of the last window that was taken
    int64_t taken_windows = 0;
    std::vector<float> shared;    ///< the end of the last window that left the queue
    int64_t pending_gap = 0;      ///< to be told by the next window that is accepted
    int64_t pending_dropped = 0;  ///< likewise
    std::optional<Span> refused;  ///< of the last window that was not accepted: its successor may have a part of it
    int64_t dropped_samples = 0;
    int64_t dropped_windows = 0;
  };
  using Place = std::deque<QueuedEvent>::iterator;

  void add(QueuedEvent event);
  bool has_room(const Stream& stream) const;
  bool is_full_locked() const;
  void accept(Stream& stream, const Window& window);
  void refuse(Stream& stream, const Window& window);
  int64_t settle_refused(Stream& stream, int64_t next_sample);
  int64_t drop_oldest(Stream& stream, const Window& offered);
  void merge_infos(const Place& behind, int64_t number);
  static void complete(Stream& stream, QueuedWindow& window);

  OnLag on_lag_;
  Duration capacity_;
  mutable std::mutex mutex_;
  std::condition_variable has_event_;
  std::condition_variable has_room_again_;
  std::deque<QueuedEvent> events_;
  std::map<int64_t, Stream> streams_;  ///< until their ends are taken
  Duration queued_{0};                 ///< on the time line, of all streams
  int64_t waiting_windows_ = 0;
  int64_t taken_ = 0;
  int64_t dropped_samples_ = 0;  ///< of the streams that ended
  int64_t dropped_windows_ = 0;
  bool is_closed_ = false;
};

}  // namespace astream
