#include "formats/record_writer.hpp"

#include <bit>

namespace astream {

static_assert(std::endian::native == std::endian::little, "payloads are written as they stand in memory");

void RecordWriter::set_start(const SetStart& event) {
  sink_.write(set_start_header(event), {});
}

void RecordWriter::stream_start(const StreamStart& event) {
  flush_policy_.stream_start(event);
  sink_.write(stream_start_header(event), {});
  flush_policy_.after_event(sink_);
}

Flow RecordWriter::window(const Window& window) {
  sink_.write(window_header(window, header_), std::as_bytes(window.samples));
  flush_policy_.after_window(sink_);
  return Flow::proceed;
}

void RecordWriter::stream_info(const StreamInfo& event) {
  sink_.write(stream_info_header(event), {});
  flush_policy_.after_event(sink_);
}

void RecordWriter::stream_error(const StreamError& event) {
  sink_.write(stream_error_header(event), {});
  flush_policy_.after_event(sink_);
}

void RecordWriter::stream_end(const StreamEnd& event) {
  sink_.write(stream_end_header(event), {});
  flush_policy_.stream_end(event, sink_);
}

void RecordWriter::set_end(const SetEnd& event) {
  sink_.write(set_end_header(event), {});
  sink_.flush();
}

}  // namespace astream
