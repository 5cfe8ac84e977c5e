// Cuts contiguous windows (hop = window, tail crop) into windows of another length and hop for a receiver behind: what
// that gets is what a run with those windows would have given it.
//
// For programs that need each sample once and, beside it, windows. Streams may interleave. `next` must outlive it.
#pragma once

#include <deque>
#include <map>

#include "dsp/windower.hpp"
#include "stream/generator.hpp"
#include "stream/receiver.hpp"

namespace astream {

class WindowCutter : public Receiver {
 public:
  /// Of `options` the window, hop, overlap, tail and on_gap count, and whether samples are to be missed out.
  WindowCutter(StreamOptions options, Receiver& next) : options_(std::move(options)), next_(next) {}

  void set_start(const SetStart& event) override { next_.set_start(event); }
  /// Throws Error(usage) when the options make no windows at the stream's rate.
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  struct Arrival {
    int64_t sample = 0;
    int64_t wallclock_us = 0;
  };
  struct Stream {
    AudioFormat format;
    Windower windower;
    int64_t origin = 0;  ///< the windower's 0 on the time line
    bool is_begun = false;
    Window head;  ///< of the windows: what the last block told
    std::deque<Arrival> arrivals;
    int64_t windows = 0;
  };

  Flow deliver(Stream& stream);
  void finish(Stream& stream);

  StreamOptions options_;
  Receiver& next_;
  std::map<int64_t, Stream> streams_;
  int64_t windows_ = 0;
};

}  // namespace astream
