// Two receivers for the same events: two that count alike, or one that counts and one beside it whose end does not end
// the run.
//
// Both must outlive it. What the first throws comes out. So does what the second throws, if it counts; if it does not,
// that its reader has gone or it failed is told in the log once, and only the first goes on.
#pragma once

#include <set>
#include <string>

#include "stream/receiver.hpp"

namespace astream {

class TeeReceiver : public Receiver {
 public:
  /// Both count: either may stop the run.
  TeeReceiver(Receiver& first, Receiver& second) : TeeReceiver(first, second, {}) {}
  /// `name`: of the second, for messages; it does not count.
  TeeReceiver(Receiver& first, Receiver& second, std::string name)
      : first_(first), second_(second), name_(std::move(name)) {}

  void set_start(const SetStart& event) override;
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_link(const StreamLink& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

  /// Whether the second failed otherwise than by its reader's end.
  bool has_failed() const { return has_failed_; }

 private:
  template <typename Call>
  void beside(Call&& call);

  Receiver& first_;
  Receiver& second_;
  std::string name_;
  std::set<int64_t> refused_;  ///< streams that the first did not take
  bool is_second_gone_ = false;
  bool has_failed_ = false;
};

}  // namespace astream
