// When writers hand on what they have: at once where somebody waits for it, in large pieces where only speed counts.
//
// The first window of a run goes out at once, so that something is heard soon; after it each window (and stream event)
// of an input that comes at its own pace. What comes as fast as it is read is gathered by the sink.
#pragma once

#include <set>

#include "formats/byte_sink.hpp"
#include "stream/receiver.hpp"

namespace astream {

class FlushPolicy {
 public:
  void stream_start(const StreamStart& event) {
    is_last_prompt_ = event.is_live || event.may_wait;
    if (is_last_prompt_) prompt_streams_.insert(event.stream);
  }
  /// To be called when all of the stream was written.
  void stream_end(const StreamEnd& event, ByteSink& sink) {
    after_event(sink);
    prompt_streams_.erase(event.stream);
  }

  /// To be called after each window was written.
  void after_window(ByteSink& sink) {
    if (is_prompt() || is_first_) sink.flush();
    is_first_ = false;
  }

  /// To be called after anything else about a stream was written.
  void after_event(ByteSink& sink) const {
    if (is_prompt()) sink.flush();
  }

 private:
  bool is_prompt() const { return is_last_prompt_ || !prompt_streams_.empty(); }

  bool is_last_prompt_ = false;       ///< of the stream that began last
  std::set<int64_t> prompt_streams_;  ///< that are open
  bool is_first_ = true;
};

}  // namespace astream
