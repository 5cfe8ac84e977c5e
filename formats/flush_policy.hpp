// When writers hand on what they have: at once where somebody waits for it, in large pieces where only speed counts.
//
// The first window of a run goes out at once, so that something is heard soon; after it each window (and stream event)
// of an input that comes at its own pace. What comes as fast as it is read is gathered by the sink.
#pragma once

#include "formats/byte_sink.hpp"
#include "stream/receiver.hpp"

namespace astream {

class FlushPolicy {
 public:
  void stream_start(const StreamStart& event) { is_prompt_ = event.is_live || event.may_wait; }

  /// To be called after each window was written.
  void after_window(ByteSink& sink) {
    if (is_prompt_ || is_first_) sink.flush();
    is_first_ = false;
  }

  /// To be called after anything else about the stream was written.
  void after_event(ByteSink& sink) const {
    if (is_prompt_) sink.flush();
  }

 private:
  bool is_prompt_ = false;
  bool is_first_ = true;
};

}  // namespace astream
