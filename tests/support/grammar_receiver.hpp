// Checks that events come in the grammar of stream/receiver.hpp, with numbers that agree; may stand in front of another
// receiver.
//
//     GrammarReceiver grammar(&collecting);
//     ... run into grammar ...
//     CHECK(grammar.violations() == Violations{});   // an unended set is one too
//
// Nothing is thrown: each breach is kept as a line, so that a test can also ask for breaches.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "stream/receiver.hpp"

namespace astream::test {

using Violations = std::vector<std::string>;

class GrammarReceiver : public Receiver {
 public:
  /// `next`, when given, is borrowed and gets every event.
  explicit GrammarReceiver(Receiver* next = nullptr) : next_(next) {}

  /// All breaches so far, and that the set is not ended if it is not.
  Violations violations() const {
    Violations all = violations_;
    if (state_ != State::done) all.emplace_back("the set was not ended");
    return all;
  }
  bool is_complete() const { return state_ == State::done; }

  void set_start(const SetStart& event) override {
    expect(state_ == State::before, "set_start in the middle");
    check_thread();
    state_ = State::between;
    if (next_ != nullptr) next_->set_start(event);
  }

  void stream_start(const StreamStart& event) override {
    expect(state_ == State::between, "stream_start out of place");
    check_thread();
    expect(event.format.is_known(), "stream_start without a format");
    expect(event.plan.window_samples > 0 && event.plan.hop_samples > 0, "stream_start without a plan");
    state_ = State::in_stream;
    start_ = event;
    stream_windows_ = 0;
    gap_samples_ = dropped_samples_ = 0;
    ++streams_;
    if (next_ != nullptr) next_->stream_start(event);
  }

  Flow window(const Window& window) override {
    expect(state_ == State::in_stream, "window outside of a stream or behind its error");
    check_thread();
    check_window(window);
    ++stream_windows_;
    ++windows_;
    return next_ != nullptr ? next_->window(window) : Flow::proceed;
  }

  void stream_info(const StreamInfo& event) override {
    expect(state_ == State::in_stream && event.stream == start_.stream, "stream_info outside of its stream");
    check_thread();
    if (next_ != nullptr) next_->stream_info(event);
  }

  void stream_error(const StreamError& event) override {
    expect(state_ == State::in_stream || state_ == State::between, "stream_error out of place");
    check_thread();
    expect(!event.message.empty(), "stream_error without a message");
    if (state_ == State::in_stream) {
      expect(event.stream == start_.stream, "stream_error of another stream");
      state_ = State::failed;
    } else {
      ++streams_;
    }
    ++failed_;
    if (next_ != nullptr) next_->stream_error(event);
  }

  void stream_end(const StreamEnd& event) override {
    expect(state_ == State::in_stream || state_ == State::failed, "stream_end without a stream");
    check_thread();
    expect(event.stream == start_.stream, "stream_end of another stream");
    expect(event.windows == stream_windows_, "stream_end counts other windows than came");
    expect(event.gap_samples >= gap_samples_, "stream_end counts less gap than its windows");
    expect(event.dropped_samples >= dropped_samples_, "stream_end counts fewer dropped samples than its windows");
    const bool is_failure = event.reason == EndReason::error || event.reason == EndReason::lost;
    expect(state_ != State::failed || is_failure, "stream_end without the error as its reason");
    samples_ += event.samples;
    state_ = State::between;
    if (next_ != nullptr) next_->stream_end(event);
  }

  void set_end(const SetEnd& event) override {
    expect(state_ == State::between, "set_end out of place");
    check_thread();
    expect(event.streams == streams_, "set_end counts other streams than came");
    expect(event.failed == failed_, "set_end counts other failures than came");
    expect(event.windows == windows_, "set_end counts other windows than came");
    expect(event.samples == samples_, "set_end counts other samples than the streams");
    state_ = State::done;
    if (next_ != nullptr) next_->set_end(event);
  }

 private:
  enum class State { before, between, in_stream, failed, done };

  void expect(bool is_right, const char* breach) {
    if (!is_right) violations_.emplace_back(breach);
  }

  void check_thread() {
    if (!thread_) thread_ = std::this_thread::get_id();
    expect(*thread_ == std::this_thread::get_id(), "called from another thread");
  }

  void check_window(const Window& window) {
    const auto values = static_cast<int64_t>(window.samples.size());
    const int channels = start_.format.channels > 0 ? start_.format.channels : 1;
    const int64_t samples = values / channels;
    expect(window.stream == start_.stream, "window of another stream");
    expect(window.window == stream_windows_, "window out of number");
    expect(window.format == start_.format, "window in another format than its stream");
    expect(values % channels == 0, "window with a part of a sample");
    expect(samples == start_.plan.window_samples ||
               (start_.plan.tail == Tail::crop && samples > 0 && samples < start_.plan.window_samples),
           "window of another length than planned");
    expect(window.valid_samples > 0 && window.valid_samples <= samples, "window with a wrong count of valid samples");
    expect(start_.plan.tail != Tail::crop || window.valid_samples == samples, "cropped window that is not all valid");
    expect(window.window == 0 || window.sample > last_sample_, "window that does not move on");
    expect(std::abs(window.time_s * start_.format.rate_hz - static_cast<double>(window.sample)) < 0.5,
           "window whose time is not its sample");
    last_sample_ = window.sample;
    gap_samples_ += window.gap_samples;
    dropped_samples_ += window.dropped_samples;
  }

  Receiver* next_;
  State state_ = State::before;
  StreamStart start_;
  Violations violations_;
  std::optional<std::thread::id> thread_;
  int64_t stream_windows_ = 0;
  int64_t last_sample_ = 0;
  int64_t gap_samples_ = 0;
  int64_t dropped_samples_ = 0;
  int64_t streams_ = 0;
  int64_t failed_ = 0;
  int64_t windows_ = 0;
  int64_t samples_ = 0;
};

}  // namespace astream::test
