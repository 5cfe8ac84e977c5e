#include "av/media_writer.hpp"

#include "av/audio_encoder.hpp"
#include "av/audio_muxer.hpp"

namespace astream::av {

namespace {

UniqueCodecParameters parameters_of(const AVCodecContext& codec) {
  UniqueCodecParameters parameters(avcodec_parameters_alloc());
  if (!parameters || avcodec_parameters_from_context(parameters.get(), &codec) < 0) throw std::bad_alloc();
  return parameters;
}

}  // namespace

struct MediaWriter::State {
  State(ByteOutput& output, const MediaWriterOptions& options)
      : encoder(options, AudioMuxer::wants_global_header(options.container)),
        muxer(output, options.container, *parameters_of(encoder.context()), encoder.context().time_base, options.tags) {
  }

  AudioEncoder encoder;
  AudioMuxer muxer;
  AudioEncoder::PacketSink to_muxer = [this](AVPacket& packet) { muxer.write(packet); };
};

MediaWriter::MediaWriter(ByteOutput& output, const MediaWriterOptions& options)
    : state_(std::make_unique<State>(output, options)) {}
MediaWriter::~MediaWriter() = default;

void MediaWriter::write(std::span<const float> samples) {
  state_->encoder.encode(samples, state_->to_muxer);
}

void MediaWriter::flush() {
  state_->muxer.flush();
}

void MediaWriter::finish() {
  state_->encoder.finish(state_->to_muxer);
  state_->muxer.finish();
}

}  // namespace astream::av
