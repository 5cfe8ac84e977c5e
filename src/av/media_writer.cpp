#include "av/media_writer.hpp"

#include <algorithm>
#include <utility>

#include "av/audio_encoder.hpp"
#include "av/audio_muxer.hpp"
#include "dsp/resampler.hpp"

namespace astream::av {

namespace {

UniqueCodecParameters parameters_of(const AVCodecContext& codec) {
  UniqueCodecParameters parameters(avcodec_parameters_alloc());
  if (!parameters || avcodec_parameters_from_context(parameters.get(), &codec) < 0) throw std::bad_alloc();
  return parameters;
}

/// A file, or one link of a chained one: an encoder and what its packets go into.
struct Link {
  Link(ByteOutput& output, const MediaWriterOptions& options)
      : encoder(options, AudioMuxer::wants_global_header(options.container)),
        muxer(output, options.container, *parameters_of(encoder.context()), encoder.context().time_base, options.tags),
        is_first_page_due(AudioMuxer::makes_chains(options.container)) {}

  void take(AVPacket& packet);
  void finish();

  AudioEncoder encoder;
  AudioMuxer muxer;
  bool is_first_page_due;
  AudioEncoder::PacketSink to_muxer = [this](AVPacket& packet) { take(packet); };
};

/// A link of one page of sound is lost to libvorbisfile (1.3.7) where it is the first, and libav (5.1) can't tell its
/// end: each has two at least.
void Link::take(AVPacket& packet) {
  if (is_first_page_due && muxer.end_pts() > 0) {
    muxer.flush();
    is_first_page_due = false;
  }
  muxer.write(packet);
}

void Link::finish() {
  encoder.finish(to_muxer);
  muxer.finish();
}

}  // namespace

struct MediaWriter::State {
  State(ByteOutput& media_output, MediaWriterOptions media_options)
      : output(media_output), options(std::move(media_options)), link(std::make_unique<Link>(output, options)) {
    if (rate_hz() == options.format.rate_hz) return;
    resampler.emplace(options.format.rate_hz, rate_hz(), options.format.channels, ResampleQuality::hq);
  }

  int rate_hz() const { return link->encoder.context().sample_rate; }
  void encode(std::span<const float> samples);
  void begin_link();
  void plan_link();

  ByteOutput& output;
  MediaWriterOptions options;  ///< with the newest tags
  std::unique_ptr<Link> link;
  std::optional<Resampler> resampler;
  std::string link_title = full_title(options.tags);
  int64_t taken_samples = 0;                  ///< at the rate of the input
  int64_t position = 0;                       ///< of what goes to the encoder next, at its rate
  int64_t link_position = 0;                  ///< where the link began
  std::optional<int64_t> next_link_position;  ///< where another one begins
};

/// Samples of the encoder's rate.
void MediaWriter::State::encode(std::span<const float> samples) {
  const auto channels = static_cast<size_t>(options.format.channels);
  while (!samples.empty()) {
    if (next_link_position && position >= *next_link_position) begin_link();
    auto part = samples;
    if (next_link_position) {
      part = samples.first(std::min(samples.size(), static_cast<size_t>(*next_link_position - position) * channels));
    }
    link->encoder.encode(part, link->to_muxer);
    position += static_cast<int64_t>(part.size() / channels);
    samples = samples.subspan(part.size());
  }
}

void MediaWriter::State::begin_link() {
  next_link_position.reset();
  link->finish();
  link = std::make_unique<Link>(output, options);
  link_position = position;
  link_title = full_title(options.tags);
}

/// The resampler goes on over the joint, so that the links are the sound cut into pieces.
void MediaWriter::State::plan_link() {
  if (full_title(options.tags) == link_title) return next_link_position.reset();
  if (next_link_position) return;
  const int64_t here = av_rescale(taken_samples, rate_hz(), options.format.rate_hz);
  next_link_position = std::max(here, link_position + rate_hz());
}

MediaWriter::MediaWriter(ByteOutput& output, const MediaWriterOptions& options)
    : state_(std::make_unique<State>(output, options)) {}
MediaWriter::~MediaWriter() = default;

void MediaWriter::write(std::span<const float> samples) {
  State& state = *state_;
  state.taken_samples += static_cast<int64_t>(samples.size()) / state.options.format.channels;
  state.encode(state.resampler ? state.resampler->process(samples) : samples);
}

void MediaWriter::change_tags(const std::map<std::string, std::string>& tags) {
  State& state = *state_;
  state.options.tags = tags;
  if (AudioMuxer::makes_chains(state.options.container)) return state.plan_link();
  state.link->muxer.begin_chapter(av_rescale(state.taken_samples, state.rate_hz(), state.options.format.rate_hz), tags);
}

void MediaWriter::flush() {
  state_->link->muxer.flush();
}

void MediaWriter::finish() {
  if (state_->resampler) state_->encode(state_->resampler->finish());
  state_->link->finish();
}

}  // namespace astream::av
