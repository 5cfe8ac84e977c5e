// Checks that events come in the grammar of stream/receiver.hpp, with numbers that agree; may stand in front of another
// receiver.
//
//     GrammarReceiver grammar(&collecting);
//     ... run into grammar ...
//     CHECK(grammar.violations() == Violations{});   // an unended set is one too
//
// Nothing is thrown: each breach is kept as a line, so that a test can also ask for breaches.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
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
  /// How many streams were open at once at most.
  size_t most_open() const { return most_open_; }

  void set_start(const SetStart& event) override {
    expect(state_ == State::before, "set_start in the middle");
    check_thread();
    state_ = State::open;
    if (next_ != nullptr) next_->set_start(event);
  }

  void stream_start(const StreamStart& event) override {
    expect(state_ == State::open, "stream_start out of place");
    expect(!open_.contains(event.stream), "stream_start of a stream that is open");
    check_thread();
    expect(event.format.is_known(), "stream_start without a format");
    expect(event.plan.window_samples > 0 && event.plan.hop_samples > 0, "stream_start without a plan");
    open_[event.stream].start = event;
    most_open_ = std::max(most_open_, open_.size());
    ++streams_;
    if (next_ != nullptr) next_->stream_start(event);
  }

  Flow window(const Window& window) override {
    Stream& stream = open_[window.stream];
    expect(stream.start.format.is_known() && !stream.has_failed, "window outside of a stream or behind its error");
    check_thread();
    check_window(stream, window);
    ++stream.windows;
    ++windows_;
    return next_ != nullptr ? next_->window(window) : Flow::proceed;
  }

  void stream_info(const StreamInfo& event) override {
    expect(open_.contains(event.stream) && !open_[event.stream].has_failed, "stream_info outside of its stream");
    check_thread();
    if (next_ != nullptr) next_->stream_info(event);
  }

  void stream_error(const StreamError& event) override {
    expect(state_ == State::open, "stream_error out of place");
    check_thread();
    expect(!event.message.empty(), "stream_error without a message");
    if (const auto open = open_.find(event.stream); open != open_.end()) {
      expect(!open->second.has_failed, "a second stream_error");
      open->second.has_failed = true;
    } else {
      ++streams_;
    }
    ++failed_;
    if (next_ != nullptr) next_->stream_error(event);
  }

  void stream_end(const StreamEnd& event) override {
    expect(open_.contains(event.stream), "stream_end without a stream");
    check_thread();
    const Stream stream = open_[event.stream];
    open_.erase(event.stream);
    expect(event.windows == stream.windows, "stream_end counts other windows than came");
    expect(event.gap_samples >= stream.gap_samples, "stream_end counts less gap than its windows");
    expect(event.dropped_samples >= stream.dropped_samples, "stream_end counts fewer dropped samples than its windows");
    const bool is_failure = event.reason == EndReason::error || event.reason == EndReason::lost;
    expect(!stream.has_failed || is_failure, "stream_end without the error as its reason");
    samples_ += event.samples;
    if (next_ != nullptr) next_->stream_end(event);
  }

  void set_end(const SetEnd& event) override {
    expect(state_ == State::open && open_.empty(), "set_end out of place");
    check_thread();
    expect(event.streams == streams_, "set_end counts other streams than came");
    expect(event.failed == failed_, "set_end counts other failures than came");
    expect(event.windows == windows_, "set_end counts other windows than came");
    expect(event.samples == samples_, "set_end counts other samples than the streams");
    state_ = State::done;
    if (next_ != nullptr) next_->set_end(event);
  }

 private:
  enum class State { before, open, done };
  struct Stream {
    StreamStart start;
    bool has_failed = false;
    int64_t windows = 0;
    int64_t last_sample = 0;
    int64_t gap_samples = 0;
    int64_t dropped_samples = 0;
  };

  void expect(bool is_right, const char* breach) {
    if (!is_right) violations_.emplace_back(breach);
  }

  void check_thread() {
    if (!thread_) thread_ = std::this_thread::get_id();
    expect(*thread_ == std::this_thread::get_id(), "called from another thread");
  }

  void check_window(Stream& stream, const Window& window) {
    const auto values = static_cast<int64_t>(window.samples.size());
    const int channels = stream.start.format.channels > 0 ? stream.start.format.channels : 1;
    const int64_t samples = values / channels;
    expect(window.window == stream.windows, "window out of number");
    expect(window.format == stream.start.format, "window in another format than its stream");
    expect(values % channels == 0, "window with a part of a sample");
    expect(samples == stream.start.plan.window_samples ||
               (stream.start.plan.tail == Tail::crop && samples > 0 && samples < stream.start.plan.window_samples),
           "window of another length than planned");
    expect(window.valid_samples > 0 && window.valid_samples <= samples, "window with a wrong count of valid samples");
    expect(stream.start.plan.tail != Tail::crop || window.valid_samples == samples,
           "cropped window that is not all valid");
    expect(window.window == 0 || window.sample > stream.last_sample, "window that does not move on");
    expect(std::abs(window.time_s * stream.start.format.rate_hz - static_cast<double>(window.sample)) < 0.5,
           "window whose time is not its sample");
    stream.last_sample = window.sample;
    stream.gap_samples += window.gap_samples;
    stream.dropped_samples += window.dropped_samples;
  }

  Receiver* next_;
  State state_ = State::before;
  std::map<int64_t, Stream> open_;
  size_t most_open_ = 0;
  Violations violations_;
  std::optional<std::thread::id> thread_;
  int64_t streams_ = 0;
  int64_t failed_ = 0;
  int64_t windows_ = 0;
  int64_t samples_ = 0;
};

}  // namespace astream::test
