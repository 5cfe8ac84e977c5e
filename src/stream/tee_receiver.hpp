// Gives every event to two receivers, one after the other. When the first refuses a stream, the second never hears of
// it but as one that could not be opened; the run stops when either wants it to.
#pragma once

#include "stream/receiver.hpp"

namespace astream {

class TeeReceiver : public Receiver {
 public:
  /// Both must outlive it.
  TeeReceiver(Receiver& first, Receiver& second) : first_(first), second_(second) {}

  void set_start(const SetStart& event) override {
    first_.set_start(event);
    second_.set_start(event);
  }
  void stream_start(const StreamStart& event) override {
    first_.stream_start(event);
    second_.stream_start(event);
  }
  Flow window(const Window& window) override {
    const Flow flow = first_.window(window);
    return second_.window(window) == Flow::stop ? Flow::stop : flow;
  }
  void stream_info(const StreamInfo& event) override {
    first_.stream_info(event);
    second_.stream_info(event);
  }
  void stream_link(const StreamLink& event) override {
    first_.stream_link(event);
    second_.stream_link(event);
  }
  void stream_error(const StreamError& event) override {
    first_.stream_error(event);
    second_.stream_error(event);
  }
  void stream_end(const StreamEnd& event) override {
    first_.stream_end(event);
    second_.stream_end(event);
  }
  void set_end(const SetEnd& event) override {
    first_.set_end(event);
    second_.set_end(event);
  }

 private:
  Receiver& first_;
  Receiver& second_;
};

}  // namespace astream
