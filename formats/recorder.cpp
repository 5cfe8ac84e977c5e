#include "formats/recorder.hpp"

#include <utility>

#include "formats/stream_recording.hpp"

namespace astream {

Recorder::Recorder(RecorderOptions options) : desk_(std::move(options)) {}
Recorder::~Recorder() = default;

void Recorder::set_start(const SetStart& event) {
  desk_.log.start(event);
}

void Recorder::stream_start(const StreamStart& event) {
  auto stream = std::make_unique<StreamRecording>(desk_, event);
  desk_.log.stream_start(event);
  streams_[event.stream] = std::move(stream);
}

Flow Recorder::window(const Window& window) {
  streams_.at(window.stream)->window(window);
  return Flow::proceed;
}

void Recorder::stream_info(const StreamInfo& event) {
  streams_.at(event.stream)->tags(event);
}

void Recorder::stream_error(const StreamError& event) {
  desk_.log.stream_error(event);
}

void Recorder::stream_end(const StreamEnd& event) {
  const auto stream = streams_.find(event.stream);
  if (stream == streams_.end()) return;  // refused at its start
  stream->second->end(event);
  streams_.erase(event.stream);
  desk_.log.stream_end(event);
}

void Recorder::set_end(const SetEnd& event) {
  desk_.commands.finish();
  desk_.log.end(event);
}

}  // namespace astream
