#include "av/sample_convert.hpp"

#include <cstring>

#include "base/error.hpp"

namespace astream::av {

namespace {

// The scale factors are those of libswresample/audioconvert.c, so that the floats are the same to the bit.
float to_float(uint8_t value) {
  return static_cast<float>(value - 0x80) * (1.0F / (1 << 7));
}
float to_float(int16_t value) {
  return static_cast<float>(value) * (1.0F / (1 << 15));
}
float to_float(int32_t value) {
  return static_cast<float>(value) * (1.0F / (1U << 31));
}
float to_float(int64_t value) {
  return static_cast<float>(value) * (1.0F / static_cast<float>(UINT64_C(1) << 63));
}
float to_float(float value) {
  return value;
}
float to_float(double value) {
  return static_cast<float>(value);
}

template <typename Sample>
void convert_packed(const AVFrame& frame, size_t channels, float* out) {
  const auto* in = reinterpret_cast<const Sample*>(frame.extended_data[0]);
  const size_t values = static_cast<size_t>(frame.nb_samples) * channels;
  for (size_t i = 0; i < values; ++i) out[i] = to_float(in[i]);
}

template <typename Sample>
void convert_planar(const AVFrame& frame, size_t channels, float* out) {
  const auto samples = static_cast<size_t>(frame.nb_samples);
  if (channels == 2) {  // the common case, in one pass over the output
    const auto* left = reinterpret_cast<const Sample*>(frame.extended_data[0]);
    const auto* right = reinterpret_cast<const Sample*>(frame.extended_data[1]);
    for (size_t i = 0; i < samples; ++i) {
      out[2 * i] = to_float(left[i]);
      out[2 * i + 1] = to_float(right[i]);
    }
    return;
  }
  for (size_t c = 0; c < channels; ++c) {
    const auto* in = reinterpret_cast<const Sample*>(frame.extended_data[c]);
    for (size_t i = 0; i < samples; ++i) out[i * channels + c] = to_float(in[i]);
  }
}

template <typename Sample>
void convert(const AVFrame& frame, size_t channels, float* out) {
  const bool is_planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0;
  if (is_planar && channels > 1) {
    convert_planar<Sample>(frame, channels, out);
  } else {
    convert_packed<Sample>(frame, channels, out);
  }
}

void convert_any(const AVFrame& frame, float* to) {
  const auto channels = static_cast<size_t>(frame.ch_layout.nb_channels);
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      return convert<uint8_t>(frame, channels, to);
    case AV_SAMPLE_FMT_S16:
      return convert<int16_t>(frame, channels, to);
    case AV_SAMPLE_FMT_S32:
      return convert<int32_t>(frame, channels, to);
    case AV_SAMPLE_FMT_S64:
      return convert<int64_t>(frame, channels, to);
    case AV_SAMPLE_FMT_FLT:
      return convert<float>(frame, channels, to);
    case AV_SAMPLE_FMT_DBL:
      return convert<double>(frame, channels, to);
    default:
      throw Error(ErrorKind::decode, "the decoder gives samples in an unknown format");
  }
}

size_t value_count(const AVFrame& frame) {
  return static_cast<size_t>(frame.nb_samples) * static_cast<size_t>(frame.ch_layout.nb_channels);
}

}  // namespace

void convert_to_float(const AVFrame& frame, std::vector<float>& out) {
  out.resize(value_count(frame));
  convert_any(frame, out.data());
}

void append_as_float(const AVFrame& frame, std::vector<float>& out) {
  const size_t before = out.size();
  out.resize(before + value_count(frame));
  convert_any(frame, out.data() + before);
}

}  // namespace astream::av
