#include "formats/raw_writer.hpp"

namespace astream {

namespace {

std::string format_text(const AudioFormat& format) {
  return std::to_string(format.rate_hz) + " Hz, " + std::to_string(format.channels) +
         (format.channels == 1 ? " channel" : " channels");
}

}  // namespace

void RawWriter::stream_start(const StreamStart& event) {
  if (!open_.empty() && !is_mixed_) {
    throw Error(ErrorKind::usage, "another live input is being written, and this format holds one at a time", event.uri,
                "use -f records, or run one astream for each");
  }
  if (format_.is_known() && event.format != format_) {
    throw Error(ErrorKind::output,
                "this input has " + format_text(event.format) + ", but the output began with " + format_text(format_),
                event.uri, "give --rate and --channels, or use -f records");
  }
  format_ = event.format;
  open_.insert(event.stream);
  flush_policy_.stream_start(event);
}

Flow RawWriter::window(const Window& window) {
  sink_.write({}, bytes_.convert(window.samples));
  flush_policy_.after_window(sink_);
  return Flow::proceed;
}

void RawWriter::stream_end(const StreamEnd& event) {
  if (open_.erase(event.stream) == 0) return;  // it was refused
  flush_policy_.stream_end(event, sink_);
}

void RawWriter::set_end(const SetEnd&) {
  sink_.flush();
}

}  // namespace astream
