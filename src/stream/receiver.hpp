// What a program that receives audio implements: plain events in a fixed grammar, from one thread.
//
//     set_start ( stream_start ( window | stream_info )* stream_error? stream_end | stream_error )* set_end
//
// Where windows may come, stream_link may: it tells who watches a live stream that its connection was lost or made
// anew, and is no part of what is written.
//
// The grammar is always completed, also after cancellation or an exception. The bare stream_error is an input that
// could not be opened. An exception out of a receiver ends the run: the open stream and the set are still ended (as far
// as the receiver takes it), then run() rethrows. StreamRefused is the exception: it ends one stream.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/audio.hpp"
#include "base/error.hpp"
#include "dsp/window_plan.hpp"
#include "source/source.hpp"

namespace astream {

struct SetStart {
  std::string generator;  ///< "astream X.Y.Z"
};

struct StreamStart {
  int64_t stream = 0;  ///< number of the input in the run, from 0
  std::string uri;     ///< redacted, UTF-8
  std::string label;   ///< UTF-8
  AudioFormat format;  ///< of the windows
  WindowPlan plan;     ///< effective window, hop (samples) and tail
  bool is_live = false;
  bool may_wait = false;             ///< windows come at somebody else's pace: flush each
  std::optional<double> duration_s;  ///< of what will be delivered, where known
  SourceInfo source;
  std::string preset;  ///< the model that the windows are cut for, "" when none was named
};

/// One window. `samples` is borrowed for the call: interleaved, plan.window_samples * channels values (fewer when
/// cropped).
struct Window {
  int64_t stream = 0;
  int64_t window = 0;  ///< number in the stream, from 0
  int64_t sample = 0;  ///< first sample, in output samples since the stream's start
  double time_s = 0;   ///< sample / rate
  AudioFormat format;
  int64_t valid_samples = 0;
  int64_t gap_samples = 0;              ///< missing before it
  int64_t dropped_samples = 0;          ///< dropped before it because the reader was slow
  int64_t reconnects = 0;               ///< so far in this stream
  std::optional<int64_t> wallclock_us;  ///< of the first sample, microseconds since 1970 UTC; live only
  std::optional<int64_t> epoch;         ///< from 0, when the set is repeated
  std::span<const float> samples;

  int64_t sample_count() const { return static_cast<int64_t>(samples.size()) / format.channels; }
};

struct StreamInfo {
  int64_t stream = 0;
  double time_s = 0;
  Tags tags;  ///< those that changed
};

/// The connection of a live stream, as the capture has it: a buffered window may still come after it was lost.
struct StreamLink {
  int64_t stream = 0;
  bool is_connected = true;
};

struct StreamError {
  int64_t stream = 0;
  std::string uri;
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::string hint;
};

enum class EndReason { end, limit, stop, interrupted, error, lost };
std::string_view reason_name(EndReason reason);

struct StreamEnd {
  int64_t stream = 0;
  EndReason reason = EndReason::end;
  int64_t windows = 0;
  int64_t samples = 0;  ///< real samples delivered to the windower
  int64_t gap_samples = 0;
  int64_t dropped_samples = 0;
  int64_t reconnects = 0;
  int64_t corrupt_packets = 0;  ///< skipped because they could not be decoded
  int64_t overflows = 0;        ///< how often a capture device's driver said that it lost samples
};

struct SetEnd {
  int64_t streams = 0;  ///< inputs tried
  int64_t failed = 0;   ///< of these, with a stream_error, or refused at their end
  int64_t windows = 0;
  int64_t samples = 0;
  double elapsed_s = 0;
};

enum class Flow { proceed, stop };

/// This stream alone can't be taken any further: its own file failed, say. It counts as failed, and as not delivered.
class StreamRefused : public Error {
 public:
  explicit StreamRefused(const Error& error) : Error(error) {}
};

class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void set_start(const SetStart&) {}
  /// May throw Error(usage) to refuse this stream alone: it counts as failed, and the run goes on with the next.
  virtual void stream_start(const StreamStart&) {}
  /// Flow::stop ends the whole run in good order (reason `stop`). May throw StreamRefused, as may stream_end().
  virtual Flow window(const Window& window) = 0;
  virtual void stream_info(const StreamInfo&) {}
  virtual void stream_link(const StreamLink&) {}
  virtual void stream_error(const StreamError&) {}
  virtual void stream_end(const StreamEnd&) {}
  virtual void set_end(const SetEnd&) {}
};

}  // namespace astream
