#include "av/chunk_decoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "av/layout_mix.hpp"
#include "av/sample_convert.hpp"

namespace astream::av {

namespace {

struct PreRollRow {
  AVCodecID codec;
  PreRoll pre_roll;
};

// Found bit-identical over many encoder settings; 4 packets are not enough for MP3 at low rates, half a second not for
// Opus.
constexpr std::array kPreRolls = {
    PreRollRow{AV_CODEC_ID_FLAC, {0, 0}},
    PreRollRow{AV_CODEC_ID_VORBIS, {1, 0}},
    PreRollRow{AV_CODEC_ID_MP3, {12, 0}},
    PreRollRow{AV_CODEC_ID_OPUS, {1, 1.0}},
};

constexpr int64_t kFirstChunk_samples = 1 << 15;
constexpr int64_t kLargestChunk_samples = 1 << 18;
constexpr int64_t kUnknownPacket_samples = 1024;

double duration_s(const AVPacket& packet, AVRational tick) {
  return packet.duration > 0 ? static_cast<double>(packet.duration) * av_q2d(tick) : 0;
}

UniquePacket clone(const AVPacket& packet) {
  UniquePacket copy(av_packet_clone(&packet));
  if (!copy) throw std::bad_alloc();
  return copy;
}

/// A packet that changes what the decoder must know, so that a chunk behind it can't be decoded without it.
bool changes_parameters(const AVPacket& packet, AVCodecID codec, bool is_ogg) {
  if (is_ogg && begins_link(codec, packet)) return true;
  return packet_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA) != nullptr ||
         packet_side_data(&packet, AV_PKT_DATA_PARAM_CHANGE) != nullptr;
}

/// All frames that the decoder has, appended to `runs`; dropped when `runs` is nullptr.
template <typename AnyDecoder>
void take_frames(AnyDecoder& decoder, AVFrame& frame, std::vector<DecodedRun>* runs) {
  while (decoder.receive(frame)) {
    if (runs == nullptr) continue;
    const AudioFormat format{frame.sample_rate, frame.ch_layout.nb_channels};
    if (runs->empty() || runs->back().format != format ||
        av_channel_layout_compare(&frame.ch_layout, runs->back().layout.get()) != 0) {
      runs->push_back({format, copy_layout(frame.ch_layout), {}});
    }
    append_as_float(frame, runs->back().samples);
  }
}

}  // namespace

struct ChunkDecoder::Chunk {
  UniqueCodecParameters parameters;
  AVRational tick{};
  std::vector<UniquePacket> packets;
  size_t pre_roll_packets = 0;
  bool is_last = false;
};

struct ChunkDecoder::Decoded {
  std::vector<DecodedRun> runs;
  int64_t corrupt_packets = 0;
};

std::optional<PreRoll> chunk_pre_roll(AVCodecID codec) {
  const auto row =
      std::find_if(kPreRolls.begin(), kPreRolls.end(), [&](const PreRollRow& r) { return r.codec == codec; });
  return row == kPreRolls.end() ? std::nullopt : std::optional(row->pre_roll);
}

ChunkDecoder::ChunkDecoder(Demuxer& demuxer, WorkerPool& pool, int threads, PreRoll pre_roll,
                           std::deque<UniquePacket> history)
    : demuxer_(demuxer),
      is_ogg_(demuxer.container() == "ogg"),
      pool_(pool),
      max_waiting_(static_cast<size_t>(threads) + 1),
      pre_roll_(pre_roll),
      history_(std::move(history)),
      chunk_samples_(kFirstChunk_samples) {}

ChunkDecoder::~ChunkDecoder() = default;

/// Keeps as much of the newest packets as the next chunk needs as pre-roll.
void ChunkDecoder::remember(const AVPacket& packet) {
  history_.push_back(clone(packet));
  const AVRational tick = demuxer_.stream().time_base;
  double later_s = 0;  // duration of the packets behind the oldest one
  for (size_t i = 1; i < history_.size(); ++i) later_s += duration_s(*history_[i], tick);
  while (history_.size() > static_cast<size_t>(pre_roll_.packets) && later_s >= pre_roll_.duration_s) {
    history_.pop_front();
    if (history_.empty()) return;
    later_s -= duration_s(*history_.front(), tick);
  }
}

/// Reads packets up to the chunk's length, to the end, or to one that changes the decoder's parameters.
std::unique_ptr<ChunkDecoder::Chunk> ChunkDecoder::read_chunk() {
  auto chunk = std::make_unique<Chunk>();
  const AVStream& stream = demuxer_.stream();
  chunk->parameters.reset(avcodec_parameters_alloc());
  if (!chunk->parameters || avcodec_parameters_copy(chunk->parameters.get(), stream.codecpar) < 0)
    throw std::bad_alloc();
  chunk->tick = stream.time_base;
  for (const UniquePacket& packet : history_) chunk->packets.push_back(clone(*packet));
  chunk->pre_roll_packets = chunk->packets.size();
  const int rate_hz = std::max(1, stream.codecpar->sample_rate);
  double read_samples = 0;
  while (read_samples < static_cast<double>(chunk_samples_)) {
    av_packet_unref(packet_.get());
    try {
      is_ended_ = !demuxer_.next(*packet_);
    } catch (...) {
      failure_ = std::current_exception();
      is_ended_ = true;
    }
    is_packet_kept_ = !is_ended_ && changes_parameters(*packet_, stream.codecpar->codec_id, is_ogg_);
    if (is_ended_ || is_packet_kept_) break;
    const double packet_samples = duration_s(*packet_, chunk->tick) * rate_hz;
    read_samples += packet_samples > 0 ? packet_samples : kUnknownPacket_samples;
    chunk->packets.push_back(clone(*packet_));
    remember(*packet_);
  }
  chunk->is_last = is_ended_;
  chunk_samples_ = std::min(chunk_samples_ * 2, kLargestChunk_samples);
  return chunk;
}

ChunkDecoder::Decoded ChunkDecoder::decode(const Chunk& chunk) {
  Decoded decoded;
  Decoder decoder(*chunk.parameters, chunk.tick);
  UniqueFrame frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  int64_t corrupt_in_pre_roll = 0;
  for (size_t i = 0; i < chunk.packets.size(); ++i) {
    if (i == chunk.pre_roll_packets) corrupt_in_pre_roll = decoder.corrupt_packets();
    decoder.send(chunk.packets[i].get());
    take_frames(decoder, *frame, i >= chunk.pre_roll_packets ? &decoded.runs : nullptr);
  }
  if (chunk.is_last) {
    decoder.send(nullptr);
    take_frames(decoder, *frame, &decoded.runs);
  }
  decoded.corrupt_packets = decoder.corrupt_packets() - corrupt_in_pre_roll;
  return decoded;
}

/// One decoder takes over, brought to the state at packet_ by the pre-roll.
void ChunkDecoder::go_on_in_sequence() {
  const AVStream& stream = demuxer_.stream();
  sequential_ = std::make_unique<LinkDecoder>(*stream.codecpar, stream.time_base, is_ogg_);
  UniqueFrame frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  for (const UniquePacket& packet : history_) {
    sequential_->send(packet.get());
    take_frames(*sequential_, *frame, nullptr);
  }
  corrupt_packets_ -= sequential_->corrupt_packets();  // those were counted by the chunk they lay in
}

/// Decodes packet_ and reads the next; false at the end.
bool ChunkDecoder::decode_in_sequence() {
  if (is_ended_) return false;
  if (!is_packet_kept_) {
    av_packet_unref(packet_.get());
    is_ended_ = !demuxer_.next(*packet_);
  }
  is_packet_kept_ = false;
  std::vector<DecodedRun> runs;
  UniqueFrame frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  sequential_->send(is_ended_ ? nullptr : packet_.get());
  take_frames(*sequential_, *frame, &runs);
  for (DecodedRun& run : runs) ready_.push_back(std::move(run));
  return true;
}

void ChunkDecoder::fill() {
  while (!is_ended_ && !is_packet_kept_ && !sequential_ && waiting_.size() < max_waiting_) {
    const std::shared_ptr<Chunk> chunk = read_chunk();
    waiting_.push_back(pool_.submit([chunk] { return decode(*chunk); }));
  }
}

std::optional<DecodedRun> ChunkDecoder::next() {
  while (ready_.empty()) {
    fill();
    if (waiting_.empty()) {
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      if (is_packet_kept_ && !sequential_) go_on_in_sequence();
      if (!sequential_ || !decode_in_sequence()) return std::nullopt;
      continue;
    }
    Decoded decoded = waiting_.front().get();
    waiting_.pop_front();
    corrupt_packets_ += decoded.corrupt_packets;
    for (DecodedRun& run : decoded.runs) ready_.push_back(std::move(run));
  }
  DecodedRun run = std::move(ready_.front());
  ready_.pop_front();
  return run;
}

}  // namespace astream::av
