#include "av/audio_encoder.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "av/av_error.hpp"
#include "av/av_log.hpp"
#include "base/error.hpp"
#include "dsp/sample_integers.hpp"

namespace astream::av {

namespace {

const AVCodec& find_encoder(const std::string& name) {
  start_libav();
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  if (codec == nullptr) {
    throw Error(ErrorKind::usage, "the FFmpeg here has no encoder " + name, {}, "choose another format by --encoder");
  }
  return *codec;
}

/// The codec's own formats: floats unless it takes integers of `bits`.
AVSampleFormat choose_sample_format(const AVCodec& codec, int bits) {
  const AVSampleFormat integers = bits == 16 ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_S32;
  for (const AVSampleFormat* format = codec.sample_fmts; *format != AV_SAMPLE_FMT_NONE; ++format) {
    const AVSampleFormat packed = av_get_packed_sample_fmt(*format);
    if (packed == (bits > 0 ? integers : AV_SAMPLE_FMT_FLT)) return *format;
  }
  throw Error(ErrorKind::internal, std::string(codec.name) + " takes none of the sample formats that are made");
}

/// The lowest rate of the codec that loses nothing of the band, else its highest.
int choose_rate_hz(const AVCodec& codec, int rate_hz) {
  if (codec.supported_samplerates == nullptr) return rate_hz;
  int above = 0;
  int highest = 0;
  for (const int* rate = codec.supported_samplerates; *rate != 0; ++rate) {
    highest = std::max(highest, *rate);
    if (*rate >= rate_hz && (above == 0 || *rate < above)) above = *rate;
  }
  return above > 0 ? above : highest;
}

template <typename Sample>
void write_planes(AVFrame& frame, const Sample* from, size_t channels) {
  const auto samples = static_cast<size_t>(frame.nb_samples);
  if (av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) == 0) {
    std::memcpy(frame.extended_data[0], from, samples * channels * sizeof(Sample));
    return;
  }
  for (size_t c = 0; c < channels; ++c) {
    auto* to = reinterpret_cast<Sample*>(frame.extended_data[c]);
    for (size_t i = 0; i < samples; ++i) to[i] = from[i * channels + c];
  }
}

}  // namespace

AudioEncoder::AudioEncoder(const MediaWriterOptions& options, bool has_global_header) {
  if (!frame_ || !packet_) throw std::bad_alloc();
  open(options, has_global_header);
}

void AudioEncoder::choose_layout(const MediaWriterOptions& options) {
  const int channels = options.format.channels;
  const AVChannelLayout* known = codec_->codec->ch_layouts;
  const AVChannelLayout* chosen = nullptr;
  for (const AVChannelLayout* layout = known; layout != nullptr && layout->nb_channels != 0; ++layout) {
    if (layout->nb_channels != channels) continue;
    AVChannelLayout standard{};
    av_channel_layout_default(&standard, channels);
    if (chosen == nullptr || av_channel_layout_compare(layout, &standard) == 0) chosen = layout;
    av_channel_layout_uninit(&standard);
  }
  if (chosen != nullptr) {
    if (av_channel_layout_copy(&codec_->ch_layout, chosen) < 0) throw std::bad_alloc();
    return;
  }
  if (known != nullptr) {
    throw Error(ErrorKind::usage,
                std::string(codec_->codec->name) + " can't hold " + std::to_string(channels) +
                    (channels == 1 ? " channel" : " channels"),
                {}, "mix with -c 2, or record to wav");
  }
  av_channel_layout_default(&codec_->ch_layout, channels);
}

void AudioEncoder::open(const MediaWriterOptions& options, bool has_global_header) {
  const AVCodec& codec = find_encoder(options.codec);
  codec_.reset(avcodec_alloc_context3(&codec));
  if (!codec_) throw std::bad_alloc();
  choose_layout(options);
  codec_->sample_fmt = choose_sample_format(codec, options.bits);
  codec_->sample_rate = choose_rate_hz(codec, options.format.rate_hz);
  codec_->time_base = {1, codec_->sample_rate};
  codec_->thread_count = 1;
  if (options.bits > 0) codec_->bits_per_raw_sample = options.bits;
  if (options.bit_rate) codec_->bit_rate = *options.bit_rate;
  if (options.compression) codec_->compression_level = *options.compression;
  if (options.quality) {
    codec_->flags |= AV_CODEC_FLAG_QSCALE;
    codec_->global_quality = static_cast<int>(*options.quality * FF_QP2LAMBDA);
  }
  if (has_global_header) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  const int code = avcodec_open2(codec_.get(), &codec, nullptr);
  if (code >= 0) return;
  throw Error(ErrorKind::usage,
              std::string(codec.name) + " can't take " + std::to_string(options.format.channels) + " channels at " +
                  std::to_string(codec_->sample_rate) + " Hz with these settings: " + av_text(code),
              {}, "try another --bitrate, -r or -c, or record to wav or flac");
}

void AudioEncoder::receive(const PacketSink& sink) {
  while (true) {
    const int code = avcodec_receive_packet(codec_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code < 0) throw Error(ErrorKind::output, "the encoder failed: " + av_text(code));
    sink(*packet_);
    av_packet_unref(packet_.get());
  }
}

void AudioEncoder::fill_frame(std::span<const float> samples) {
  const auto channels = static_cast<size_t>(codec_->ch_layout.nb_channels);
  switch (av_get_packed_sample_fmt(codec_->sample_fmt)) {
    case AV_SAMPLE_FMT_S16:
      s16_.resize(samples.size());
      convert_to_s16(samples, s16_);
      return write_planes(*frame_, s16_.data(), channels);
    case AV_SAMPLE_FMT_S32:
      s32_.resize(samples.size());
      convert_to_s24(samples, s32_);
      for (int32_t& value : s32_) value *= 256;  // libav has 24 bits in the upper part of 32
      return write_planes(*frame_, s32_.data(), channels);
    default:
      return write_planes(*frame_, samples.data(), channels);
  }
}

void AudioEncoder::send_frame(std::span<const float> samples, const PacketSink& sink) {
  av_frame_unref(frame_.get());
  frame_->format = codec_->sample_fmt;
  frame_->sample_rate = codec_->sample_rate;
  frame_->nb_samples = static_cast<int>(samples.size()) / codec_->ch_layout.nb_channels;
  frame_->pts = position_;
  if (av_channel_layout_copy(&frame_->ch_layout, &codec_->ch_layout) < 0 || av_frame_get_buffer(frame_.get(), 0) < 0) {
    throw std::bad_alloc();
  }
  fill_frame(samples);
  position_ += frame_->nb_samples;
  const int code = avcodec_send_frame(codec_.get(), frame_.get());
  if (code < 0) throw Error(ErrorKind::output, "the encoder failed: " + av_text(code));
  receive(sink);
}

/// Cuts them into frames.
void AudioEncoder::encode(std::span<const float> samples, const PacketSink& sink) {
  constexpr int kAnySize_samples = 4096;
  const int frame_samples = codec_->frame_size > 0 ? codec_->frame_size : kAnySize_samples;
  const auto values = static_cast<size_t>(frame_samples) * static_cast<size_t>(codec_->ch_layout.nb_channels);
  if (!pending_.empty()) {
    const size_t missing = std::min(values - pending_.size(), samples.size());
    pending_.insert(pending_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(missing));
    samples = samples.subspan(missing);
    if (pending_.size() < values) return;
    send_frame(pending_, sink);
    pending_.clear();
  }
  for (; samples.size() >= values; samples = samples.subspan(values)) send_frame(samples.first(values), sink);
  pending_.assign(samples.begin(), samples.end());
}

void AudioEncoder::finish(const PacketSink& sink) {
  if (!pending_.empty()) send_frame(pending_, sink);
  pending_.clear();
  const int code = avcodec_send_frame(codec_.get(), nullptr);
  if (code < 0) throw Error(ErrorKind::output, "the encoder failed: " + av_text(code));
  receive(sink);
}

}  // namespace astream::av
