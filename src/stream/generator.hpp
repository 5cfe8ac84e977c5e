// Runs inputs through sources, conversion and windows into a receiver: one bounded step at a time, or to the end.
//
//     Generator generator(std::move(resolver), options, receiver);
//     generator.run();                       // or: while (generator.poll(deadline) == Progress::more) ...
//
// One thread calls it; cancellation comes from anywhere by the token in the options.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "dsp/resampler.hpp"
#include "source/input.hpp"
#include "source/resolver.hpp"
#include "stream/receiver.hpp"
#include "stream/traversal.hpp"

namespace astream {

/// Where samples are missing: the window is cut and the next starts behind, or zeros take their place, or it is the
/// end.
enum class OnGap { skip, fill, end };

/// Everything about the samples that reach the receiver. `window` is required (no default in the library).
struct StreamOptions {
  std::optional<int> rate_hz;   ///< resample to it
  std::optional<int> channels;  ///< mix to it
  std::vector<int> picks;       ///< or pick these (1-based); excludes `channels`
  TimeSpec start;
  std::optional<TimeSpec> duration;
  std::string filter;  ///< a libavfilter graph, "" for none
  bool is_paced = false;
  OnGap on_gap = OnGap::skip;
  ResampleQuality quality = ResampleQuality::hq;
  TimeSpec window;
  std::optional<TimeSpec> hop;
  std::optional<OverlapSpec> overlap;
  Tail tail = Tail::pad;
  bool keeps_rest = false;  ///< when interrupted, what was read and fills no window is delivered by the tail rule
  std::string preset;       ///< whose wishes these are (model_preset.hpp); told to the receiver
  OpenOptions open;
};

enum class OnError { skip, stop };

struct GeneratorOptions {
  StreamOptions stream;
  OnError on_error = OnError::skip;
  TraversalOptions traversal;
  int stored_at_once = 1;  ///< stored inputs that run side by side, as live ones do: for who watches them, paced
  /// Asked before each step of a stored input, when set: whether the receiver can take more; may wait for that, until
  /// `deadline`. Live inputs go on whatever it says.
  std::function<bool(Clock::time_point deadline)> await_receiver;
  /// How a resolved input is opened, for programs with sources of their own; empty: start_source(), by the scheme
  /// table.
  std::function<std::unique_ptr<Source>(const Input&, const OpenOptions&)> opener;
};

/// The plan for `options` at `rate_hz`. Throws Error(usage) when the window is 0 samples or the overlap leaves no hop.
WindowPlan plan_windows(const StreamOptions& options, int rate_hz);

/// Samples of a source at `source_rate_hz` at whose multiples all windows begin and end, as long as nothing is missing;
/// 0 where there is no such grid: the samples are resampled or filtered, or begin later, or `options` plan no windows.
int64_t window_grid(const StreamOptions& options, int source_rate_hz);

/// How a run went, for the exit status.
struct RunSummary {
  int64_t streams = 0;
  int64_t failed = 0;     ///< streams with an error
  int64_t delivered = 0;  ///< streams that were delivered whole, or in part before an error
  int64_t unmatched = 0;  ///< of the failed: names that no input came of (an empty glob or folder)
  int64_t lost = 0;       ///< live sources lost for good
  bool is_interrupted = false;
  bool is_stopped_by_receiver = false;
};

/// How an open stream is, at the moment of asking.
struct StreamHealth {
  int64_t stream = 0;
  std::string uri;  ///< redacted
  std::string label;
  bool is_open = false;            ///< its stream_start was told: `so_far` and `time_s` hold
  StreamEnd so_far;                ///< as if it ended now
  double time_s = 0;               ///< where its time line stands
  std::optional<LiveHealth> live;  ///< absent for stored ones
  int64_t lost_samples = 0;        ///< live->lost_s in output samples
};

enum class Progress { more, done };

class Generator {
 public:
  /// The receiver must outlive the generator.
  Generator(Resolver inputs, GeneratorOptions options, Receiver& receiver);
  ~Generator();
  Generator(Generator&&) noexcept;
  Generator& operator=(Generator&&) noexcept;

  /// One bounded step: opens an input, or delivers what one block of audio gives. Does not block past `deadline` on a
  /// live input. Rethrows what the receiver threw, and what no stream can be blamed for, after the grammar was
  /// completed.
  Progress poll(Clock::time_point deadline);
  /// poll() until done.
  const RunSummary& run();
  const RunSummary& summary() const;
  /// Of the streams that are open, or being opened, between two polls.
  std::vector<StreamHealth> health() const;
  /// The number of inputs, once the resolver knows it.
  std::optional<size_t> known_total() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream
