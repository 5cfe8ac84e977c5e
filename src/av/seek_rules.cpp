#include "av/seek_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"
#include "base/units.hpp"

namespace astream::av {

namespace {

bool is_pcm(AVCodecID id) {
  return id >= AV_CODEC_ID_FIRST_AUDIO && id < AV_CODEC_ID_ADPCM_IMA_QT;
}

/// A container whose time stamps are exact in samples after a seek, for the codec, and the pre-roll found
/// bit-identical.
struct RuleRow {
  std::string_view container;
  AVCodecID codec;
  int64_t pre_roll_samples;
};

// Pre-roll: MP3 needs the bit reservoir and overlap of 12 frames (4 is not enough at low rates); AAC-LC two frames (its
// noise substitution, PNS, draws from a generator that a seek can't restore, see the man page).
constexpr std::array kRules = {
    RuleRow{"flac", AV_CODEC_ID_FLAC, 0},      RuleRow{"mp3", AV_CODEC_ID_MP3, 12 * 1152},
    RuleRow{"mov", AV_CODEC_ID_AAC, 3 * 1024}, RuleRow{"mov", AV_CODEC_ID_ALAC, 0},
    RuleRow{"mov", AV_CODEC_ID_FLAC, 0},       RuleRow{"aac", AV_CODEC_ID_AAC, 3 * 1024},
};

constexpr std::array<std::string_view, 8> kPcmContainers = {"wav", "w64", "aiff", "au", "caf", "mov", "rso", "sox"};

}  // namespace

std::optional<SeekRule> seek_rule(const Demuxer& demuxer) {
  if (!demuxer.is_seekable()) return std::nullopt;
  const AVCodecID codec = demuxer.stream().codecpar->codec_id;
  const std::string container = demuxer.container();
  if (is_pcm(codec)) {
    if (std::find(kPcmContainers.begin(), kPcmContainers.end(), container) == kPcmContainers.end()) return std::nullopt;
    return SeekRule{};
  }
  for (const RuleRow& row : kRules) {
    if (row.container == container && row.codec == codec) return SeekRule{row.pre_roll_samples, 0};
  }
  return std::nullopt;
}

namespace {

/// By the header's count of bytes: libav gives no duration where they are not all there.
std::optional<PromisedLength> promised_by_wav(const Demuxer& demuxer) {
  const AVCodecParameters& parameters = *demuxer.stream().codecpar;
  const bool is_big_endian = std::string_view(avcodec_get_name(parameters.codec_id)).ends_with("be");  // RIFX
  const auto bytes = demuxer.stated_wav_bytes();
  if (!bytes || !is_pcm(parameters.codec_id) || is_big_endian || parameters.block_align <= 0) return std::nullopt;
  const int64_t samples = *bytes / parameters.block_align;
  return PromisedLength{static_cast<double>(samples) / parameters.sample_rate, 0};
}

}  // namespace

std::optional<PromisedLength> promised_length(const Demuxer& demuxer) {
  constexpr double kLossySlack_s = 0.25;  // priming, edit lists and rounded headers; less is no cut file
  const AVStream& stream = demuxer.stream();
  const std::string container = demuxer.container();
  if (container == "wav") return promised_by_wav(demuxer);
  if (stream.duration == AV_NOPTS_VALUE || stream.duration <= 0) return std::nullopt;
  const double duration_s = static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  if (container == "flac") return PromisedLength{duration_s, 0};
  if (container == "mp3" || container == "mov") return PromisedLength{duration_s, kLossySlack_s};
  const bool is_exact = container == "w64" || container == "aiff" || container == "caf" || container == "au";
  if (is_exact && is_pcm(stream.codecpar->codec_id)) return PromisedLength{duration_s, 0};
  return std::nullopt;
}

void check_whole(const Demuxer& demuxer, int64_t samples, int rate_hz) {
  const auto promised = promised_length(demuxer);
  if (!promised || rate_hz == 0) return;
  const double missing_s = promised->duration_s - static_cast<double>(samples) / rate_hz;
  if (missing_s <= promised->tolerance_s + 0.5 / rate_hz) return;
  throw Error(ErrorKind::decode,
              "cut short: the last " + format_clock(missing_s, 2) + " of " + format_clock(promised->duration_s, 2) +
                  " are missing",
              {}, "what is there was delivered; get the file again");
}

std::optional<int64_t> end_without_padding(const Demuxer& demuxer, int rate_hz) {
  AVStream& stream = demuxer.stream();
  const bool is_aac_in_mp4 = demuxer.container() == "mov" && stream.codecpar->codec_id == AV_CODEC_ID_AAC;
  if (!is_aac_in_mp4 || stream.duration == AV_NOPTS_VALUE || stream.duration <= 0) return std::nullopt;
  const int packets = avformat_index_get_entries_count(&stream);
  if (packets < 2 || stream.nb_frames == 0) return std::nullopt;  // 0: fragmented, the table still grows
  const int64_t last = avformat_index_get_entry(&stream, packets - 1)->timestamp;
  const int64_t packet_ticks = last - avformat_index_get_entry(&stream, packets - 2)->timestamp;
  // Only where the table of packets ends as the length says, within one packet: a wrong length must not cost sound.
  const int64_t start = stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
  const int64_t end = start + stream.duration;
  if (packet_ticks <= 0 || end <= last || end > last + packet_ticks) return std::nullopt;
  return av_rescale_q_rnd(stream.duration, stream.time_base, {1, rate_hz}, AV_ROUND_NEAR_INF);
}

}  // namespace astream::av
