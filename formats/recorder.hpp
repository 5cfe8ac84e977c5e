// Records what it receives: each stream into a file, or one file after another (split by time, size or the clock; or
// one an event, when a level is reached).
//
// A Receiver of contiguous windows (hop = window, tail crop); streams may interleave. Files are written beside and
// renamed when whole; a failure of one ends the run, with what is whole kept. Sizes of windows don't matter, but what
// is recorded appears window by window. Throws Error(output), and Error(usage) out of stream_start for a stream that
// can't be recorded.
#pragma once

#include <map>
#include <memory>

#include "formats/recording_desk.hpp"
#include "stream/queued_receiver.hpp"
#include "stream/receiver.hpp"

namespace astream {

class StreamRecording;

class Recorder : public Receiver {
 public:
  /// Throws Error(usage | output) for a template, a log or a file that can't be.
  explicit Recorder(RecorderOptions options);
  ~Recorder() override;

  void set_start(const SetStart& event) override;
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

  /// Only for the log: windows that were handed on beside the recording got lost there, which costs the files nothing.
  void tell_lag(const LagNotice& notice) { desk_.log.lag(notice.stream, notice.sample, notice.dropped_samples); }

 private:
  RecordingDesk desk_;
  std::map<int64_t, std::unique_ptr<StreamRecording>> streams_;
};

}  // namespace astream
