// What a run tells people on stderr while it works: a line per failed input, and a progress line that is rewritten.
//
// A Receiver in front of the writer: passes all events on.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "stream/receiver.hpp"

namespace astream::cli {

class ProgressReceiver : public Receiver {
 public:
  /// `total` tells the number of inputs, once it is known. `is_shown`: the progress line is wanted.
  ProgressReceiver(Receiver& next, bool is_shown, std::function<std::optional<size_t>()> total);

  void set_start(const SetStart& event) override;
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_link(const StreamLink& event) override { next_.stream_link(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  void show(bool is_last);
  void clear();

  Receiver& next_;
  bool is_shown_;
  bool is_on_screen_ = false;
  std::function<std::optional<size_t>()> total_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_at_ = Clock::now();
  StreamStart stream_;
  double done_s_ = 0;    ///< audio of the streams that ended
  double stream_s_ = 0;  ///< audio of the one that runs
  int64_t streams_ = 0;
  int64_t failed_ = 0;
};

}  // namespace astream::cli
