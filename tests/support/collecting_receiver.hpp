// A receiver that keeps a copy of everything it gets, for tests to look at afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stream/receiver.hpp"

namespace astream::test {

/// A window with samples of its own; those of `head` are emptied, as they were borrowed.
struct KeptWindow {
  Window head;
  std::vector<float> samples;
};

/// What happened to one input.
struct KeptStream {
  std::optional<StreamStart> start;
  std::vector<KeptWindow> windows;
  std::vector<StreamInfo> infos;
  std::optional<StreamError> error;
  std::optional<StreamEnd> end;

  /// All windows' samples one behind the other.
  std::vector<float> joined_samples() const {
    std::vector<float> joined;
    for (const KeptWindow& window : windows) joined.insert(joined.end(), window.samples.begin(), window.samples.end());
    return joined;
  }
};

class CollectingReceiver : public Receiver {
 public:
  std::optional<SetStart> set;
  std::vector<KeptStream> streams;  ///< by number
  std::optional<SetEnd> end;
  std::vector<std::string> events;  ///< "set_start", "stream_start 0", "window 0/0", ... in order

  /// Answers Flow::stop to the window that makes this many (0: never).
  int64_t stop_after_windows = 0;

  void set_start(const SetStart& event) override {
    events.emplace_back("set_start");
    set = event;
  }
  void stream_start(const StreamStart& event) override {
    events.push_back("stream_start " + std::to_string(event.stream));
    kept_of(event.stream).start = event;
  }
  Flow window(const Window& window) override {
    events.push_back("window " + std::to_string(window.stream) + "/" + std::to_string(window.window));
    KeptWindow kept{window, {window.samples.begin(), window.samples.end()}};
    kept.head.samples = {};
    kept_of(window.stream).windows.push_back(std::move(kept));
    return ++window_count_ == stop_after_windows ? Flow::stop : Flow::proceed;
  }
  void stream_info(const StreamInfo& event) override {
    events.push_back("stream_info " + std::to_string(event.stream));
    kept_of(event.stream).infos.push_back(event);
  }
  void stream_error(const StreamError& event) override {
    events.push_back("stream_error " + std::to_string(event.stream));
    kept_of(event.stream).error = event;
  }
  void stream_end(const StreamEnd& event) override {
    events.push_back("stream_end " + std::to_string(event.stream));
    kept_of(event.stream).end = event;
  }
  void set_end(const SetEnd& event) override {
    events.emplace_back("set_end");
    end = event;
  }

 private:
  KeptStream& kept_of(int64_t stream) {
    const auto number = static_cast<size_t>(stream);
    if (streams.size() <= number) streams.resize(number + 1);
    return streams[number];
  }

  int64_t window_count_ = 0;
};

}  // namespace astream::test
