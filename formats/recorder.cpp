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
  StreamRecording& stream = *streams_.at(window.stream);
  try {
    stream.window(window);
  } catch (const Error& error) {
    if (desk_.options.path == "-") throw;
    throw StreamRefused(stream.named(error));
  }
  return Flow::proceed;
}

void Recorder::stream_info(const StreamInfo& event) {
  streams_.at(event.stream)->tags(event);
}

void Recorder::stream_error(const StreamError& event) {
  desk_.log.stream_error(event);
}

void Recorder::stream_end(const StreamEnd& event) {
  const auto entry = streams_.find(event.stream);
  if (entry == streams_.end()) return;  // refused at its start
  const std::unique_ptr<StreamRecording> stream = std::move(entry->second);
  streams_.erase(entry);
  try {
    stream->end(event);
  } catch (const Error& error) {
    if (desk_.options.path == "-") throw;
    const StreamRefused refusal(stream->named(error));
    StreamEnd failed = event;
    failed.reason = EndReason::error;
    desk_.log.stream_error({event.stream, refusal.uri(), refusal.kind(), refusal.message(), refusal.hint()});
    desk_.log.stream_end(failed);
    throw refusal;
  }
  desk_.log.stream_end(event);
}

void Recorder::set_end(const SetEnd& event) {
  desk_.commands.finish();
  desk_.log.end(event);
}

}  // namespace astream
