// One input of a run from its opening to its end, with all the events that it gives a receiver.
//
// A Generator has one lane at a time, and more only where live inputs run side by side. All lanes of a run are used
// from its thread.
#pragma once

#include <memory>
#include <optional>

#include "stream/generator.hpp"
#include "stream/guarded_receiver.hpp"
#include "stream/stream_run.hpp"

namespace astream {

/// What the lanes of a run have in common.
struct LaneShare {
  LaneShare(GeneratorOptions generator_options, Receiver& target)
      : options(std::move(generator_options)), receiver(target) {}

  GeneratorOptions options;
  GuardedReceiver receiver;
  RunSummary summary;
  int64_t next_stream = 0;  ///< number of the stream that begins next
  int64_t windows = 0;      ///< of the streams that ended
  int64_t samples = 0;      ///< likewise

  StreamError error_event(int64_t stream, const Input& input, const Error& error) const;
  /// An input that gives no stream.
  void refuse(int64_t stream, const Input& input, const Error& error);
};

class Lane {
 public:
  /// `source` may still be opening. `share` must outlive the lane.
  Lane(LaneShare& share, Input input, std::unique_ptr<Source> source);

  /// waiting: nothing happened; done: the stream was ended, or refused; stop: so was it, and the run must end.
  enum class Step { waiting, moved, done, stop };
  Step step(Clock::time_point deadline);

  /// When interrupted: what was read and fills no window, where the options want that.
  void deliver_kept_rest();
  /// Ends the stream in the grammar, whatever it is at.
  void end(EndReason reason);

  /// Whether others may run beside it.
  bool runs_by_itself() const;
  const Input& input() const { return input_; }
  StreamHealth health() const;
  /// A stream of the same input that began beside this one, or nullptr.
  std::unique_ptr<Source> take_sibling() { return run_ ? run_->take_sibling() : nullptr; }
  /// When it is done: the source that ended in good order, as what it reads may hold another stream, or nullptr.
  std::unique_ptr<Source> release_source() { return std::move(previous_); }

 private:
  Step await_open(Clock::time_point deadline);
  Step start();
  Step fail(const Error& error);
  Step refuse(const Error& error);
  void tell_failure(const Error& error);
  void tell_refusal(const StreamRefused& refusal);
  void deliver_end(const StreamEnd& event);
  void count(const StreamEnd& event);

  LaneShare& share_;
  Input input_;
  int64_t stream_;
  std::unique_ptr<Source> opening_;
  std::unique_ptr<StreamRun> run_;
  std::optional<EndReason> failure_;  ///< its stream_error was told
  bool is_refused_ = false;           ///< by the receiver, in the middle
  bool is_delivered_ = false;         ///< as it was counted
  std::unique_ptr<Source> previous_;
};

}  // namespace astream
