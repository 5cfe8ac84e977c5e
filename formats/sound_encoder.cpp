#include "formats/sound_encoder.hpp"

#include <algorithm>
#include <utility>

#include "av/media_writer.hpp"
#include "formats/pcm_encoder.hpp"

namespace astream {

namespace {

/// A coded file by libav.
class CodedEncoder : public SoundEncoder {
 public:
  CodedEncoder(ByteOutput& output, const av::MediaWriterOptions& options)
      : output_(output),
        writer_(output, options),
        rate_hz_(options.format.rate_hz),
        channels_(options.format.channels) {}

  void write(std::span<const float> samples) override {
    writer_.write(samples);
    samples_ += static_cast<int64_t>(samples.size()) / channels_;
  }
  void flush() override {
    writer_.flush();
    flushed_samples_ = samples_;
  }
  void change_tags(const std::map<std::string, std::string>& tags) override { writer_.change_tags(tags); }
  void finish() override { writer_.finish(); }
  /// What is still in the encoder counts as half a second.
  int64_t size_after(int64_t samples) const override {
    const auto size_bytes = static_cast<double>(output_.size_bytes());
    if (flushed_samples_ == 0) return output_.size_bytes();
    const auto more_samples = static_cast<double>(samples_ - flushed_samples_ + samples) + rate_hz_ / 2.0;
    return static_cast<int64_t>(size_bytes * (1 + more_samples / static_cast<double>(flushed_samples_)));
  }

 private:
  ByteOutput& output_;
  av::MediaWriter writer_;
  int rate_hz_;
  int channels_;
  int64_t samples_ = 0;          ///< that went in
  int64_t flushed_samples_ = 0;  ///< of these, at the last flush
};

SampleEncoding encoding_of(SampleBits bits) {
  switch (bits) {
    case SampleBits::s16:
      return SampleEncoding::s16le;
    case SampleBits::s24:
      return SampleEncoding::s24le;
    case SampleBits::f32:
      return SampleEncoding::f32le;
  }
  return SampleEncoding::f32le;
}

int64_t standard_bit_rate(const BitRateRange& range, int channels) {
  return std::clamp(range.standard_per_channel * channels, range.least, range.most);
}

av::MediaWriterOptions writer_options(const RecordingFormat& format, const EncoderSettings& settings,
                                      const SoundEncoderRequest& request) {
  av::MediaWriterOptions options;
  options.container = format.container;
  options.codec = format.codec;
  options.format = request.format;
  options.tags = request.tags;
  if (format.is_lossless()) options.bits = static_cast<int>(choose_bits(format, settings, request.source_bits));
  const double quality = settings.quality.value_or(format.quality.standard);
  if (format.quality.kind == QualityScale::Kind::compression) options.compression = static_cast<int>(quality);
  options.bit_rate = settings.bit_rate;
  if (options.bit_rate) return options;
  if (format.quality.kind == QualityScale::Kind::variable_rate) options.quality = quality;
  if (format.bit_rate.standard_per_channel > 0) {
    options.bit_rate = standard_bit_rate(format.bit_rate, request.format.channels);
  }
  return options;
}

}  // namespace

std::unique_ptr<SoundEncoder> make_sound_encoder(const RecordingFormat& format, const EncoderSettings& settings,
                                                 const SoundEncoderRequest& request, ByteOutput& output) {
  if (!format.is_pcm()) {
    return std::make_unique<CodedEncoder>(output, writer_options(format, settings, request));
  }
  WavHeaderOptions header;
  header.format = request.format;
  header.encoding = encoding_of(choose_bits(format, settings, request.source_bits));
  header.tags = request.tags;
  return std::make_unique<PcmEncoder>(output, header, format.name == "wav");
}

}  // namespace astream
