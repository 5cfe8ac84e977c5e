#include "av/packet_writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "av/audio_muxer.hpp"
#include "av/av_error.hpp"
#include "av/packet_reader_state.hpp"
#include "base/error.hpp"

namespace astream::av {

namespace {

struct BitstreamFilterDeleter {
  void operator()(AVBSFContext* context) const { av_bsf_free(&context); }
};
using UniqueBitstreamFilter = std::unique_ptr<AVBSFContext, BitstreamFilterDeleter>;

/// AAC of radios and broadcasts has a header in each packet (ADTS), where MP4 and Matroska have one for all.
bool wants_filter(const std::string& container, const AVCodecParameters& parameters) {
  const bool has_one_header = container == "ipod" || container == "matroska";
  return has_one_header && parameters.codec_id == AV_CODEC_ID_AAC && parameters.extradata_size == 0;
}

/// Files count in samples.
AVRational sample_tick(const PacketReader::State& source) {
  return {1, source.parameters->sample_rate};
}

UniqueBitstreamFilter make_filter(const PacketReader::State& source) {
  AVBSFContext* context = nullptr;
  const AVBitStreamFilter* filter = av_bsf_get_by_name("aac_adtstoasc");
  if (filter == nullptr || av_bsf_alloc(filter, &context) < 0) throw std::bad_alloc();
  UniqueBitstreamFilter owner(context);
  context->time_base_in = sample_tick(source);
  const int code = avcodec_parameters_copy(context->par_in, source.parameters.get());
  if (code < 0 || av_bsf_init(context) < 0) throw std::bad_alloc();
  return owner;
}

/// The packet that will be the file's first, or nullptr.
const AVPacket* first_packet(const PacketReader::State& source) {
  if (source.packet->size > 0) return source.packet.get();
  return source.first_packets.empty() ? nullptr : source.first_packets.front().get();
}

/// How much of the sound is the encoder's delay, where that is told with the first packet.
int delay_samples(const PacketReader::State& source) {
  constexpr size_t kSkip_bytes = 10;
  size_t size = 0;
  const AVPacket* first = first_packet(source);
  const uint8_t* skip = first != nullptr ? av_packet_get_side_data(first, AV_PKT_DATA_SKIP_SAMPLES, &size) : nullptr;
  return skip != nullptr && size >= kSkip_bytes ? static_cast<int>(AV_RL32(skip)) : 0;
}

/// The header for all, made of the next packet's.
void take_header(const PacketReader::State& source, AVCodecParameters& parameters) {
  const AVPacket* next = first_packet(source);
  if (next == nullptr) return;
  UniquePacket packet(av_packet_clone(next));
  const UniqueBitstreamFilter filter = make_filter(source);
  if (!packet || av_bsf_send_packet(filter.get(), packet.get()) < 0) return;
  if (av_bsf_receive_packet(filter.get(), packet.get()) < 0) return;
  size_t size = 0;
  const uint8_t* header = av_packet_get_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, &size);
  if (header == nullptr) return;
  parameters.extradata = static_cast<uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) throw std::bad_alloc();
  parameters.extradata_size = static_cast<int>(size);
  std::copy_n(header, size, parameters.extradata);
}

/// FLAC's header tells length and checksum of the whole: where that is not what comes, neither is known (RFC 9639,
/// 8.2: 36 bits of samples and an MD5 sum, 0 for unknown).
void forget_whole(AVCodecParameters& parameters) {
  constexpr int kStreamInfoBytes = 34;
  if (parameters.codec_id != AV_CODEC_ID_FLAC || parameters.extradata_size != kStreamInfoBytes) return;
  parameters.extradata[13] &= 0xF0;
  std::fill(parameters.extradata + 14, parameters.extradata + kStreamInfoBytes, uint8_t{0});
}

UniqueCodecParameters parameters_for(const PacketReader::State& source, const std::string& container, bool is_part) {
  UniqueCodecParameters parameters(avcodec_parameters_alloc());
  if (!parameters || avcodec_parameters_copy(parameters.get(), source.parameters.get()) < 0) throw std::bad_alloc();
  if (is_part) forget_whole(*parameters);
  if (parameters->codec_id == AV_CODEC_ID_MP3) parameters->initial_padding = delay_samples(source);
  if (wants_filter(container, *parameters)) take_header(source, *parameters);
  return parameters;
}

}  // namespace

struct PacketWriter::State {
  State(ByteOutput& output, const std::string& container, const PacketReader& reader,
        const std::map<std::string, std::string>& tags, bool is_part)
      : tick(sample_tick(reader.state())),
        muxer(output, container, *parameters_for(reader.state(), container, is_part), tick, tags,
              !is_part && delay_samples(reader.state()) > 0) {
    if (!packet) throw std::bad_alloc();
    if (wants_filter(container, *reader.state().parameters)) filter = make_filter(reader.state());
  }

  void set_times(const PacketReader& reader);
  void write_filtered();

  AVRational tick;
  UniqueBitstreamFilter filter;
  AudioMuxer muxer;
  UniquePacket packet{av_packet_alloc()};
  const PacketReader* last_reader = nullptr;
  int64_t next = 0;                                            ///< where the sound goes on
  int64_t last = 0;                                            ///< time of the last packet
  std::optional<std::map<std::string, std::string>> new_tags;  ///< of the next packet
};

/// Sound goes on where it ended, whatever the time stamps say, but for what is missing. The file begins at 0, or before
/// it where the track itself does: what the decoder has to drop.
void PacketWriter::State::set_times(const PacketReader& reader) {
  const PacketReader::State& source = reader.state();
  if (last_reader == nullptr && !source.info.is_live && packet->pts != AV_NOPTS_VALUE) {
    next = std::min<int64_t>(0, av_rescale_q(packet->pts, source.demuxer.stream().time_base, tick));
  }
  if (last_reader == &reader) next += reader.gap_samples();
  const bool is_first = last_reader == nullptr;
  last_reader = &reader;
  packet->pts = is_first ? next : std::max(next, last + 1);  // containers want times to rise
  packet->dts = last = packet->pts;
  packet->duration = reader.samples();
  next += reader.samples();
}

void PacketWriter::State::write_filtered() {
  int code = av_bsf_send_packet(filter.get(), packet.get());
  while (code >= 0 && (code = av_bsf_receive_packet(filter.get(), packet.get())) >= 0) {
    av_packet_free_side_data(packet.get());  // the header, which the container has: Matroska would write it once more
    muxer.write(*packet);
  }
  if (code != AVERROR(EAGAIN))
    throw Error(ErrorKind::output, "a packet can't be put into the container: " + av_text(code));
}

PacketWriter::PacketWriter(ByteOutput& output, const std::string& container, const PacketReader& reader,
                           const std::map<std::string, std::string>& tags, bool is_part)
    : state_(std::make_unique<State>(output, container, reader, tags, is_part)) {}
PacketWriter::~PacketWriter() = default;

void PacketWriter::write(const PacketReader& reader) {
  if (av_packet_ref(state_->packet.get(), reader.state().packet.get()) < 0) throw std::bad_alloc();
  state_->set_times(reader);
  if (const auto tags = std::exchange(state_->new_tags, std::nullopt)) {
    state_->muxer.begin_chapter(state_->packet->pts, *tags);
  }
  if (state_->filter) return state_->write_filtered();
  state_->muxer.write(*state_->packet);
}

void PacketWriter::change_tags(const std::map<std::string, std::string>& tags) {
  state_->new_tags = tags;
}

void PacketWriter::flush() {
  state_->muxer.flush();
}

void PacketWriter::finish() {
  state_->muxer.finish();
}

}  // namespace astream::av
