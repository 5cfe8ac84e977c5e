// One stream from its opened source to its windows: chain, time line, windower, limits, pace.
//
// Used by the Generator from one thread. What the source throws comes out of step(); the events that bracket a stream's
// windows (stream_start, stream_error, stream_end) are the Generator's.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "dsp/windower.hpp"
#include "stream/receiver.hpp"
#include "stream/sample_chain.hpp"

namespace astream {

class StreamRun {
 public:
  /// Throws Error(usage) when the options don't fit the source.
  StreamRun(int64_t number, std::unique_ptr<Source> source, const Input& input, const StreamOptions& options);

  /// What stream_start tells.
  StreamStart start_event() const;

  /// Moves to --start; may decode up to there. To be called once, before the first step.
  void enter();

  /// waiting: nothing was there before the deadline.
  enum class Step { waiting, more, ended, stopped };
  /// Delivers the windows that are ready, or reads one block. Does not wait past `deadline` where the source is live or
  /// paced.
  Step step(Clock::time_point deadline, Receiver& receiver);

  /// Counters and the reason so far; the reason is `end` or `limit` after Step::ended.
  StreamEnd end_event(EndReason reason) const;
  /// Where the windows will go on, in seconds on the time line.
  double position_s() const;
  EndReason natural_reason() const { return is_limited_ ? EndReason::limit : EndReason::end; }
  /// The rest of the audio that was read, by the tail rule; after an error of the source. Returns what the receiver
  /// said.
  Flow deliver_rest(Receiver& receiver);

  const Source& source() const { return *source_; }
  std::unique_ptr<Source> take_sibling() { return source_->take_sibling(); }
  /// Gives the source away, at the end of this stream: what it reads may hold another stream.
  std::unique_ptr<Source> release_source() { return std::move(source_); }

 private:
  /// What comes once the windows of the samples pushed so far are out.
  enum class Next { read, cut, restart, fill, finish, nothing };
  /// A block's place on the time line, and when it came.
  struct Arrival {
    int64_t sample = 0;
    int64_t wallclock_us = 0;
  };

  bool skip_to(int64_t out_sample);
  void skip_ahead();
  bool read_block(Clock::time_point deadline);
  void push(std::span<const float> samples);
  void push_block(const ReadResult& result);
  void begin_gap(const ReadResult& result);
  void tell_gap();
  void restart_behind_gap();
  void push_zeros();
  std::optional<int64_t> wallclock_of(int64_t sample);
  void tell_wanted();
  bool advance(Clock::time_point deadline);
  std::optional<WindowSlice> next_slice();
  Flow deliver(const WindowSlice& slice, Receiver& receiver);
  void tell_tags(Receiver& receiver);
  void tell_link(Receiver& receiver);
  bool is_due(const WindowSlice& slice, Clock::time_point deadline);
  int64_t length_samples() const;

  int64_t number_;
  std::unique_ptr<Source> source_;
  Input input_;
  const StreamOptions& options_;
  SampleChain chain_;
  WindowPlan plan_;
  Windower windower_;
  Next next_ = Next::read;
  int64_t origin_ = 0;            ///< --start in output samples: the windower's 0 on the time line
  std::optional<int64_t> limit_;  ///< --duration in output samples from origin_
  int64_t to_drop_ = 0;           ///< chain output that lies before what is wanted
  bool is_rebuild_due_ = false;   ///< the source changed its format; the old chain is drained
  bool is_first_format_ = true;   ///< the source's positions are those of the time line
  bool is_limited_ = false;
  int64_t cut_gap_ = 0;          ///< output samples missing where the windows are being cut or filled
  int64_t cut_dropped_ = 0;      ///< of these, dropped as the reader was slow
  bool is_filling_ = false;      ///< zeros are being pushed, cut_gap_ are still to come
  int64_t pending_gap_ = 0;      ///< to be told by the next window
  int64_t pending_dropped_ = 0;  ///< likewise
  int64_t absent_samples_ = 0;   ///< of what the windower counts, passed over or zeros in place of what is missing
  int64_t gap_samples_ = 0;
  int64_t dropped_samples_ = 0;
  int64_t reconnects_ = 0;          ///< before the window that is told next
  int64_t line_samples_ = 0;        ///< output samples since the stream's start, missing ones too
  int64_t segment_start_ = 0;       ///< of line_samples_, where the chain was built last
  int64_t segment_in_samples_ = 0;  ///< that went into the chain since
  std::deque<Arrival> arrivals_;    ///< of the blocks from the next window on
  std::optional<int64_t> last_wallclock_us_;
  int64_t windows_ = 0;
  bool was_connected_ = true;           ///< as it was told
  std::optional<Tags> new_tags_;        ///< to be told once the windows before them are out
  std::optional<WindowSlice> waiting_;  ///< a window that is not due yet (--pace)
  std::optional<Clock::time_point> pace_start_;
};

}  // namespace astream
