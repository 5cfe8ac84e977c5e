#include "av/packet_reader.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "av/decoder.hpp"
#include "av/layout_mix.hpp"
#include "av/live_tags.hpp"
#include "av/packet_reader_state.hpp"
#include "av/seek_rules.hpp"
#include "av/track_info.hpp"
#include "base/error.hpp"

namespace astream::av {

namespace {

/// Whether it is less than its header says (ADTS; ISO 14496-3, 1.A.2.2: 12 bits of sync, 13 of length).
bool is_cut_adts(AVCodecID codec, const AVPacket& packet) {
  constexpr int kHead_bytes = 7;
  if (codec != AV_CODEC_ID_AAC || packet.size < kHead_bytes || (AV_RB16(packet.data) & 0xFFF6) != 0xFFF0) return false;
  return static_cast<int>((AV_RB32(packet.data + 2) >> 5) & 0x1FFF) > packet.size;
}

/// Decodes until a frame tells rate, channels and frame size.
class FormatProbe {
 public:
  explicit FormatProbe(const AVStream& stream) : decoder_(*stream.codecpar, stream.time_base) {}
  bool try_packet(const AVPacket& packet) {
    decoder_.send(&packet);
    return decoder_.receive(*frame_);
  }
  const AVFrame& frame() const { return *frame_; }
  const AVCodecContext& context() const { return decoder_.context(); }

 private:
  Decoder decoder_;
  UniqueFrame frame_{av_frame_alloc()};
};

}  // namespace

void PacketReader::State::find_format() {
  constexpr size_t kMostPackets = 200;
  const AVStream& stream = demuxer.stream();
  if (!packet || !parameters || avcodec_parameters_copy(parameters.get(), stream.codecpar) < 0) throw std::bad_alloc();
  FormatProbe probe(stream);
  while (first_packets.size() < kMostPackets) {
    UniquePacket read(av_packet_alloc());
    if (!demuxer.next(*read)) break;
    first_packets.push_back(std::move(read));
    if (!probe.try_packet(*first_packets.back())) continue;
    const AVFrame& frame = probe.frame();
    info.format = {frame.sample_rate, frame.ch_layout.nb_channels};
    parameters->sample_rate = frame.sample_rate;
    if (parameters->frame_size == 0) parameters->frame_size = probe.context().frame_size;
    // The lengths of ALAC stand nowhere in CAF; all but the last are the same.
    if (parameters->codec_id == AV_CODEC_ID_ALAC && parameters->frame_size == 0)
      parameters->frame_size = frame.nb_samples;
    if (av_channel_layout_copy(&parameters->ch_layout, &frame.ch_layout) < 0) throw std::bad_alloc();
    info.layout = layout_name(frame.ch_layout);
    info.bits = coded_bits(stream, probe.context());
    return;
  }
  throw Error(ErrorKind::decode, "no audio could be decoded from it", {},
              "the file is damaged, or is not what its name says");
}

void PacketReader::State::describe() {
  const AVStream& stream = demuxer.stream();
  info.container = demuxer.container();
  info.codec = avcodec_get_name(stream.codecpar->codec_id);
  info.bit_rate = stream.codecpar->bit_rate;
  info.duration_s = known_duration_s(demuxer.format(), stream);
  info.is_live = demuxer.is_live();
  info.audio_tracks = demuxer.audio_track_count();
  raw_tags = collect_tags(demuxer.format(), stream);
  info.tags = info.is_live ? clean_live_tags(raw_tags, {}, {}) : raw_tags;
  demuxer.takes_new_tags();
  header = told_header = decisive_header(*stream.codecpar);
  begin_times();
}

/// What the parser of the codec finds in the packet; 0 when it finds nothing. To be asked once a packet: Vorbis'
/// depends on the packet before.
int64_t PacketReader::State::parsed_samples() {
  if (!parser_context) {
    parser_context.reset(avcodec_alloc_context3(nullptr));
    if (!parser_context || avcodec_parameters_to_context(parser_context.get(), parameters.get()) < 0)
      throw std::bad_alloc();
    parser.reset(av_parser_init(parameters->codec_id));
    if (parser) parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  }
  if (!parser) return 0;
  uint8_t* out = nullptr;
  int out_bytes = 0;
  av_parser_parse2(parser.get(), parser_context.get(), &out, &out_bytes, packet->data, packet->size, AV_NOPTS_VALUE,
                   AV_NOPTS_VALUE, 0);
  return std::max(0, parser->duration);
}

/// The container's word is rounded where its clock is slower than the samples (Matroska, FLV).
int64_t PacketReader::State::length_samples() {
  const AVRational tick = demuxer.stream().time_base;
  const AVRational sample{1, parameters->sample_rate};
  const int64_t told = packet->duration > 0 ? av_rescale_q(packet->duration, tick, sample) : 0;
  const int64_t tick_samples = av_rescale_q_rnd(1, tick, sample, AV_ROUND_UP);
  int64_t own = av_get_audio_frame_duration2(parameters.get(), packet->size);
  if (own <= 0 && (told <= 0 || tick_samples > 1)) own = parsed_samples();
  if (own <= 0) return told;
  return told > 0 && told + tick_samples < own ? told : own;  // not all of the last packet may be sound
}

bool PacketReader::State::next() {
  if (!read_measured()) return false;
  if (!std::exchange(has_begun, true) && !go_on_from_trail()) return false;
  if (PacketTrail* const trail = demuxer.trail()) {
    trail->deliver(samples, {place.pts, place.samples + samples}, info.format.rate_hz,
                   std::chrono::steady_clock::now());
  }
  return true;
}

/// With the first packet: leaves out what the connection before gave. False at the end.
bool PacketReader::State::go_on_from_trail() {
  const PacketTrail* const trail = demuxer.trail();
  const auto missing = trail == nullptr ? std::nullopt
                                        : trail->missing_before(place, static_cast<int>(samples), info.format.rate_hz,
                                                                std::chrono::steady_clock::now());
  if (!missing) return true;
  info.missed_samples = std::max<int64_t>(0, *missing);
  for (int64_t repeated = -*missing; 2 * repeated > samples;) {
    repeated -= samples;
    if (!read_measured()) return false;
  }
  return true;
}

bool PacketReader::State::read_measured() {
  constexpr int kMostWithoutLength = 100;
  if (!read_packet()) {
    if (!info.is_live) check_whole(demuxer, position, parameters->sample_rate);
    return false;
  }
  const int64_t passed_samples = std::exchange(samples, length_samples());
  place.go_on(passed_samples, packet->pts);
  if (PacketTrail* const trail = demuxer.trail()) trail->see(*packet);
  if (demuxer.takes_new_times()) begin_times();
  gap_samples = losses.missing_before(packet->pts, samples, parameters->sample_rate, demuxer.stream().time_base);
  position += gap_samples + samples;
  packets_without_length = samples > 0 ? 0 : packets_without_length + 1;
  if (packets_without_length >= kMostWithoutLength) {
    throw Error(ErrorKind::decode, "its packets do not tell how long they are", {}, "record it without --copy");
  }
  return true;
}

/// A stored file may have a hole of any length.
void PacketReader::State::begin_times() {
  losses = LossCounter(info.is_live ? LossCounter::kAnew_s : LossCounter::kNever_s);
}

/// A header, or of what is live the last packet of a connection that broke off: it is cut.
bool PacketReader::State::is_no_sound() {
  if (demuxer.container() == "ogg" && link_headers.take(parameters->codec_id, *packet)) {
    begin_times();
    return true;
  }
  return info.is_live && ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0 || is_cut_adts(parameters->codec_id, *packet));
}

/// By what the demuxer tells, or by headers among the packets. Of those libav knows nothing: it counts the time of what
/// follows by the ticks and the frames of the first header.
void PacketReader::State::look_for_new_header() {
  const AVCodecParameters& told = *demuxer.stream().codecpar;
  std::string now = header;
  UniqueCodecParameters changed(avcodec_parameters_alloc());
  if (!changed || avcodec_parameters_copy(changed.get(), parameters.get()) < 0) throw std::bad_alloc();
  if (link_headers.put_into(*changed)) {
    now = decisive_header(*changed);
    is_time_told = is_time_told && now == header;
  } else if (decisive_header(told) != told_header) {
    if (avcodec_parameters_copy(changed.get(), &told) < 0) throw std::bad_alloc();
    now = told_header = decisive_header(told);
  }
  has_new_header = now != header && !now.empty() && !header.empty();
  header = std::move(now);
  if (!has_new_header) return;
  parameters = std::move(changed);
  parser.reset();
  parser_context.reset();
  info.format = {parameters->sample_rate, parameters->ch_layout.nb_channels};
}

bool PacketReader::State::read_packet() {
  av_packet_unref(packet.get());
  if (!first_packets.empty()) {
    av_packet_move_ref(packet.get(), first_packets.front().get());
    first_packets.pop_front();
    return true;
  }
  do {
    av_packet_unref(packet.get());
    if (!demuxer.next(*packet)) return false;
  } while (is_no_sound());
  look_for_new_header();
  if (!is_time_told) {
    packet->pts = packet->dts = AV_NOPTS_VALUE;
    packet->duration = 0;
  }
  if (info.is_live && demuxer.takes_new_tags()) {
    auto raw = collect_tags(demuxer.format(), demuxer.stream());
    info.tags = clean_live_tags(raw, raw_tags, info.tags);
    raw_tags = std::move(raw);
  }
  return true;
}

PacketReader::PacketReader(MediaTarget target) : state_(std::make_unique<State>(std::move(target))) {
  state_->find_format();
  state_->describe();
}
PacketReader::~PacketReader() = default;

const MediaInfo& PacketReader::info() const {
  return state_->info;
}

bool PacketReader::next() {
  return state_->next();
}

int64_t PacketReader::samples() const {
  return state_->samples;
}

std::optional<int64_t> PacketReader::captured_us() const {
  return state_->demuxer.captured_us(state_->place, state_->info.format.rate_hz);
}

int64_t PacketReader::gap_samples() const {
  return state_->gap_samples;
}

bool PacketReader::has_new_header() const {
  return state_->has_new_header;
}

bool PacketReader::is_continued_by(const PacketReader& other) const {
  return state_->info.codec == other.state_->info.codec && state_->info.format == other.state_->info.format &&
         state_->header == other.state_->header;
}

}  // namespace astream::av
