#include "formats/raw_writer.hpp"

#include <algorithm>
#include <bit>

namespace astream {

namespace {

static_assert(std::endian::native == std::endian::little, "samples are written as they stand in memory");

std::string format_text(const AudioFormat& format) {
  return std::to_string(format.rate_hz) + " Hz, " + std::to_string(format.channels) +
         (format.channels == 1 ? " channel" : " channels");
}

int16_t to_s16(float sample) {
  // Limits are compared as integers (floats of one sign have the order of their bits), and adding 1.5 * 2^23 leaves the
  // integer, rounded to nearest even, in the low bits: without branches and calls this becomes vector code on any
  // processor.
  constexpr int32_t kOne = std::bit_cast<int32_t>(1.0F);
  constexpr int32_t kInfinity = 0x7f800000;
  constexpr float kRounder = 12582912.0F;
  const int32_t bits = std::bit_cast<int32_t>(sample);
  const int32_t magnitude = bits & 0x7fffffff;
  const int32_t clamped = magnitude < kInfinity ? std::min(magnitude, kOne) : 0;
  const float scaled = std::bit_cast<float>(clamped | (bits ^ magnitude)) * 32768.0F;
  const int32_t rounded = std::bit_cast<int32_t>(scaled + kRounder) - std::bit_cast<int32_t>(kRounder);
  return static_cast<int16_t>(std::min(rounded, 32767));
}

}  // namespace

void convert_to_s16(std::span<const float> samples, std::span<int16_t> to) {
  const float* from = samples.data();
  int16_t* out = to.data();
  const size_t count = std::min(samples.size(), to.size());
  for (size_t i = 0; i < count; ++i) out[i] = to_s16(from[i]);
}

void RawWriter::stream_start(const StreamStart& event) {
  if (open_) {
    throw Error(ErrorKind::usage, "another live input is being written, and this format holds one at a time", event.uri,
                "use -f records, or run one astream for each");
  }
  if (format_.is_known() && event.format != format_) {
    throw Error(ErrorKind::output,
                "this input has " + format_text(event.format) + ", but the output began with " + format_text(format_),
                event.uri, "give --rate and --channels, or use -f records");
  }
  format_ = event.format;
  open_ = event.stream;
  flush_policy_.stream_start(event);
}

Flow RawWriter::window(const Window& window) {
  if (encoding_ == SampleEncoding::f32le) {
    sink_.write({}, std::as_bytes(window.samples));
  } else {
    integers_.resize(window.samples.size());
    convert_to_s16(window.samples, integers_);
    sink_.write({}, std::as_bytes(std::span(integers_)));
  }
  flush_policy_.after_window(sink_);
  return Flow::proceed;
}

void RawWriter::stream_end(const StreamEnd& event) {
  if (open_ != event.stream) return;  // it was refused
  open_.reset();
  flush_policy_.stream_end(event, sink_);
}

void RawWriter::set_end(const SetEnd&) {
  sink_.flush();
}

}  // namespace astream
