#include "av/media_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>
#include <utility>

#include "av/chunk_decoder.hpp"
#include "av/demuxer.hpp"
#include "av/layout_mix.hpp"
#include "av/link_decoder.hpp"
#include "av/live_tags.hpp"
#include "av/loss_counter.hpp"
#include "av/sample_convert.hpp"
#include "av/seek_rules.hpp"
#include "av/track_info.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace astream::av {

namespace {

/// Smaller files are decoded before threads have started.
constexpr int64_t kMinChunkedFile_bytes = 512 * 1024;

}  // namespace

/// Demuxer, decoder and one decoded frame; `position` is that of the next sample to hand out.
struct MediaReader::State {
  explicit State(MediaTarget media_target);
  ~State() { av_channel_layout_uninit(&layout); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bool decode_frame();
  void go_on_from_trail();
  bool skip_repeated();
  bool load();
  int64_t missing_before_frame();
  bool load_chunked();
  void trim_padding();
  void take_format(AudioFormat format, const AVChannelLayout& frame_layout);
  void start_chunks();
  void end_chunks();
  Block read();
  bool seek(int64_t sample);
  bool seek_by_rule(int64_t sample, const SeekRule& rule);
  bool drop_until(int64_t sample);
  void restart();
  void open();
  void describe();
  void read_live_tags();
  int64_t position_of(const AVFrame& decoded, int64_t frame_samples) const;
  bool can_open_again() const { return !target.bytes || target.bytes->size_bytes().has_value(); }

  MediaTarget target;
  MediaInfo info;
  std::unique_ptr<Demuxer> demuxer;
  std::unique_ptr<LinkDecoder> decoder;
  UniquePacket packet{av_packet_alloc()};
  UniqueFrame frame{av_frame_alloc()};
  AVChannelLayout layout{};     ///< of the current format
  std::vector<float> floats;    ///< of the current frame
  size_t used_values = 0;       ///< of floats
  bool has_frame = false;       ///< floats holds samples not handed out
  bool is_format_told = false;  ///< the reader knows the format of floats
  bool is_draining = false;
  bool is_ended = false;
  int64_t first_pts = AV_NOPTS_VALUE;  ///< of sample 0, in the stream's time base
  int64_t position = 0;
  std::optional<int64_t> padding_from;          ///< where the encoder's padding begins, when the file tells
  int64_t corrupt_before = 0;                   ///< counted by decoders that were closed
  bool can_chunk = false;                       ///< several threads may take over at the next packet
  std::map<std::string, std::string> raw_tags;  ///< as libav has them, of what is live
  bool has_new_tags = false;
  LossCounter losses;
  int64_t lost_samples = 0;          ///< before the frame in floats
  StreamPlace place;                 ///< of the frame in floats
  int64_t frame_samples = 0;         ///< length of that frame
  int64_t repeated_samples = 0;      ///< still to be left out: the connection before gave them
  std::deque<UniquePacket> history;  ///< what the decoder got since it began, while can_chunk
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<ChunkDecoder> chunks;
};

MediaReader::State::State(MediaTarget media_target) : target(std::move(media_target)) {
  if (!packet || !frame) throw std::bad_alloc();
  open();
  describe();
}

void MediaReader::State::open() {
  end_chunks();
  demuxer.reset();
  demuxer = std::make_unique<Demuxer>(target);
  end_chunks();  // the new demuxer decides whether chunks are possible
  const AVStream& stream = demuxer->stream();
  decoder = std::make_unique<LinkDecoder>(*stream.codecpar, stream.time_base, demuxer->container() == "ogg");
  is_draining = false;
  is_ended = false;
  has_frame = false;
  position = 0;
  padding_from.reset();
  if (load()) {
    first_pts = frame->pts;
    is_format_told = true;
    padding_from = end_without_padding(*demuxer, info.format.rate_hz);
    trim_padding();
    go_on_from_trail();
    return;
  }
  const AVCodecParameters& parameters = *demuxer->stream().codecpar;
  info.format = {parameters.sample_rate, parameters.ch_layout.nb_channels};
  if (av_channel_layout_copy(&layout, &parameters.ch_layout) < 0) throw std::bad_alloc();
  if (decoder->corrupt_packets() > 0 || !info.format.is_known()) {
    throw Error(ErrorKind::decode, "no audio could be decoded from it", {},
                decoder->sent_packets() > 0 ? "the file is damaged, or is not what its name says"
                                            : "the file is empty or cut off");
  }
}

/// The next frame into `frame`, at the decoder's pace; false at the end.
bool MediaReader::State::decode_frame() {
  while (!decoder->receive(*frame)) {
    if (is_draining) {
      is_ended = true;
      return false;
    }
    av_packet_unref(packet.get());
    is_draining = !demuxer->next(*packet);
    if (PacketTrail* const trail = is_draining ? nullptr : demuxer->trail()) trail->see(*packet);
    if (demuxer->is_live() && demuxer->takes_new_tags()) read_live_tags();
    if (can_chunk && !is_draining) {
      history.emplace_back(av_packet_clone(packet.get()));
      if (!history.back()) throw std::bad_alloc();
    }
    decoder->send(is_draining ? nullptr : packet.get());
  }
  can_chunk = can_chunk && !decoder->has_changed_link();  // what is decoded in chunks begins with what was opened
  return true;
}

void MediaReader::State::take_format(AudioFormat format, const AVChannelLayout& frame_layout) {
  if (format.channels > kMaxChannels || format.rate_hz > kMaxRateHz) {
    throw Error(ErrorKind::decode, "damaged: it claims " + std::to_string(format.channels) + " channels at " +
                                       std::to_string(format.rate_hz) + " Hz");
  }
  used_values = 0;
  has_frame = true;
  if (format == info.format && av_channel_layout_compare(&frame_layout, &layout) == 0) return;
  info.format = format;
  is_format_told = false;
  if (av_channel_layout_copy(&layout, &frame_layout) < 0) throw std::bad_alloc();
}

/// The next samples into `floats`; false at the end.
bool MediaReader::State::load() {
  if (chunks) return load_chunked();
  if (!decode_frame()) return false;
  take_format({frame->sample_rate, frame->ch_layout.nb_channels}, frame->ch_layout);
  convert_to_float(*frame, floats);
  place.go_on(std::exchange(frame_samples, frame->nb_samples), frame->pts);
  trim_padding();
  lost_samples = missing_before_frame();
  return true;
}

/// What the time stamps pass over before the frame. Of HLS, whose packagers round them, only what may be a segment that
/// its server took away before it was read.
int64_t MediaReader::State::missing_before_frame() {
  const bool is_hls = demuxer->trail() != nullptr;
  if (!target.counts_losses && !is_hls) return 0;
  if (is_hls && demuxer->takes_new_times()) losses = LossCounter();
  const int64_t missing =
      losses.missing_before(frame->pts, frame->nb_samples, frame->sample_rate, demuxer->stream().time_base);
  return is_hls && 2 * missing < frame->sample_rate ? 0 : missing;
}

/// Leaves out of `floats`, which begins at `position`, what lies behind the sound.
void MediaReader::State::trim_padding() {
  if (!padding_from) return;
  const auto room =
      static_cast<size_t>(std::max<int64_t>(0, *padding_from - position)) * static_cast<size_t>(info.format.channels);
  if (floats.size() > room) floats.resize(room);
}

bool MediaReader::State::load_chunked() {
  auto run = chunks->next();
  if (!run) {
    is_ended = true;
    return false;
  }
  take_format(run->format, *run->layout);
  floats.swap(run->samples);
  return true;
}

/// From here on the file is decoded by several threads.
void MediaReader::State::start_chunks() {
  can_chunk = false;
  const auto pre_roll = chunk_pre_roll(demuxer->stream().codecpar->codec_id);
  if (!pool) pool = std::make_unique<WorkerPool>(target.decode_threads);
  chunks = std::make_unique<ChunkDecoder>(*demuxer, *pool, target.decode_threads, *pre_roll, std::move(history));
  history.clear();
}

/// Back to one decoder, for a seek or a new beginning; which packets it gets is told by `history` again.
void MediaReader::State::end_chunks() {
  if (chunks) corrupt_before += chunks->corrupt_packets();
  chunks.reset();
  history.clear();
  can_chunk = demuxer && target.decode_threads > 1 && !target.bytes && !target.is_network &&
              chunk_pre_roll(demuxer->stream().codecpar->codec_id) && demuxer->size_bytes() >= kMinChunkedFile_bytes;
}

Block MediaReader::State::read() {
  if (!has_frame) {
    if (can_chunk) start_chunks();
    if (!load()) {
      check_whole(*demuxer, position, info.format.rate_hz);
      return {BlockKind::end, {}, 0};
    }
  }
  if (repeated_samples > 0 && !skip_repeated()) return {BlockKind::end, {}, 0};
  if (std::exchange(has_new_tags, false)) return {BlockKind::tags, {}, 0};
  if (!is_format_told) {
    is_format_told = true;
    return {BlockKind::format_changed, {}, 0};
  }
  if (lost_samples > 0) return {BlockKind::gap, {}, std::exchange(lost_samples, 0)};
  has_frame = false;
  Block block{BlockKind::data, std::span(floats).subspan(used_values), 0};
  position += static_cast<int64_t>(block.samples.size()) / info.format.channels;
  if (!demuxer->is_live()) return block;
  StreamPlace at = place;
  at.samples += static_cast<int64_t>(used_values) / info.format.channels;
  block.captured_us = demuxer->captured_us(at, info.format.rate_hz);
  if (PacketTrail* const trail = demuxer->trail()) {
    trail->deliver(static_cast<int64_t>(block.samples.size()) / info.format.channels,
                   {place.pts, place.samples + frame_samples}, info.format.rate_hz, std::chrono::steady_clock::now());
  }
  return block;
}

/// After opening: where this connection's first samples lie to the last of the connection before.
void MediaReader::State::go_on_from_trail() {
  info.missed_samples.reset();
  repeated_samples = 0;
  PacketTrail* const trail = demuxer->trail();
  if (trail == nullptr) return;
  const auto missing =
      trail->missing_before(place, frame->nb_samples, info.format.rate_hz, std::chrono::steady_clock::now());
  if (!missing) return;
  info.missed_samples = std::max<int64_t>(0, *missing);
  repeated_samples = std::max<int64_t>(0, -*missing);
}

/// False at the end.
bool MediaReader::State::skip_repeated() {
  const AudioFormat format = info.format;
  while (repeated_samples > 0 && info.format == format) {
    const auto channels = static_cast<size_t>(info.format.channels);
    const auto in_frame = static_cast<int64_t>((floats.size() - used_values) / channels);
    const int64_t skipped = std::min(in_frame, repeated_samples);
    used_values += static_cast<size_t>(skipped) * channels;
    repeated_samples -= skipped;
    if (skipped < in_frame) return true;
    has_frame = false;
    if (!load()) return false;
  }
  return true;
}

int64_t MediaReader::State::position_of(const AVFrame& decoded, int64_t frame_samples) const {
  if (decoded.pts == AV_NOPTS_VALUE || first_pts == AV_NOPTS_VALUE) return -1;
  const AVRational tick = demuxer->stream().time_base;
  const int64_t exact = av_rescale_q_rnd(decoded.pts - first_pts, tick, {1, info.format.rate_hz}, AV_ROUND_NEAR_INF);
  if (frame_samples == 0) return exact;
  return (exact + frame_samples / 2) / frame_samples * frame_samples;
}

/// Throws decoded samples away until the next one handed out is `sample`, or the end. False when the format changes on
/// the way, so that samples of different length lie before it.
bool MediaReader::State::drop_until(int64_t sample) {
  const AudioFormat format = info.format;
  while (true) {
    if (!has_frame) {
      if (!load()) return true;
      if (info.format != format) return false;
    }
    const auto channels = static_cast<size_t>(info.format.channels);
    const auto in_frame = static_cast<int64_t>((floats.size() - used_values) / channels);
    if (position + in_frame > sample) {
      used_values += static_cast<size_t>(sample - position) * channels;
      position = sample;
      return true;
    }
    position += in_frame;
    has_frame = false;
  }
}

bool MediaReader::State::seek_by_rule(int64_t sample, const SeekRule& rule) {
  // A seek to the first time stamp passes the priming packets over that an in-order run decodes: AAC begins otherwise.
  if (sample < rule.pre_roll_samples) return false;
  const AVRational tick = demuxer->stream().time_base;
  const int64_t goal = sample - rule.pre_roll_samples;
  if (!demuxer->seek(first_pts + av_rescale_q_rnd(goal, {1, info.format.rate_hz}, tick, AV_ROUND_DOWN))) return false;
  end_chunks();
  decoder->flush();
  is_draining = false;
  has_frame = false;
  is_ended = false;
  position = 0;  // not known yet: nothing is trimmed
  if (!load()) return false;
  const int64_t landed = position_of(*frame, rule.frame_samples);
  if (landed < 0 || landed > goal) return false;
  position = landed;
  trim_padding();
  return true;
}

/// Begins again at sample 0; only where the input can be opened again.
void MediaReader::State::restart() {
  if (target.bytes) target.bytes->seek(0);
  corrupt_before += decoder->corrupt_packets();
  open();
}

bool MediaReader::State::seek(int64_t sample) {
  if (!can_open_again()) return false;
  const auto rule = first_pts == AV_NOPTS_VALUE ? std::nullopt : seek_rule(*demuxer);
  const int64_t worth_it_samples = info.format.rate_hz / 2;  // nearer than that, decoding on is as quick
  const bool is_near = sample >= position && sample - position < worth_it_samples;
  const int64_t before = position;
  const bool has_sought = rule && !is_near && seek_by_rule(sample, *rule);
  if (!has_sought && ((rule && !is_near) || sample < position)) restart();
  if (drop_until(sample)) return true;
  restart();
  drop_until(before);
  return false;
}

void MediaReader::State::read_live_tags() {
  auto raw = collect_tags(demuxer->format(), demuxer->stream());
  auto tags = clean_live_tags(raw, raw_tags, info.tags);
  raw_tags = std::move(raw);
  if (tags == info.tags) return;  // libav tells of changes where there are none
  info.tags = std::move(tags);
  has_new_tags = true;
}

void MediaReader::State::describe() {
  const AVStream& stream = demuxer->stream();
  info.container = demuxer->container();
  info.codec = avcodec_get_name(stream.codecpar->codec_id);
  info.layout = layout_name(layout);
  info.bits = coded_bits(stream, decoder->context());
  info.bit_rate = stream.codecpar->bit_rate;
  info.is_seekable = demuxer->is_seekable();
  info.duration_s = known_duration_s(demuxer->format(), stream);
  info.is_live = demuxer->is_live();
  if (info.is_live) {
    read_live_tags();
    has_new_tags = false;
  } else {
    info.tags = collect_tags(demuxer->format(), stream);
  }
  info.tracks = list_tracks(demuxer->format());
  info.audio_tracks = demuxer->audio_track_count();
}

MediaReader::MediaReader(MediaTarget target) : state_(std::make_unique<State>(std::move(target))) {}
MediaReader::~MediaReader() = default;

const MediaInfo& MediaReader::info() const {
  return state_->info;
}
Block MediaReader::read() {
  return state_->read();
}
bool MediaReader::seek(int64_t sample) {
  return state_->seek(sample);
}
bool MediaReader::has_fast_seek() const {
  return state_->first_pts != AV_NOPTS_VALUE && seek_rule(*state_->demuxer).has_value();
}
std::optional<int64_t> MediaReader::end_sample() const {
  return state_->is_ended ? std::optional(state_->position) : std::nullopt;
}
std::optional<MixMatrix> MediaReader::layout_mix(int out_channels) const {
  return mix_by_layout(state_->layout, out_channels);
}
int64_t MediaReader::corrupt_packets() const {
  return state_->corrupt_before + state_->decoder->corrupt_packets();
}

}  // namespace astream::av
