#include "av/track_info.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "av/layout_mix.hpp"
#include "base/ascii.hpp"

namespace astream::av {

namespace {

std::string tag_of(const AVDictionary* tags, const char* key) {
  const AVDictionaryEntry* entry = av_dict_get(tags, key, nullptr, 0);
  return entry != nullptr ? entry->value : "";
}

std::string kind_of(const AVStream& stream) {
  switch (stream.codecpar->codec_type) {
    case AVMEDIA_TYPE_AUDIO:
      return "audio";
    case AVMEDIA_TYPE_VIDEO:
      return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ? "picture" : "video";
    case AVMEDIA_TYPE_SUBTITLE:
      return "subtitle";
    default:
      return "data";
  }
}

/// Not tags of the recording, but how MP4 files are put together.
constexpr std::array<std::string_view, 5> kContainerKeys = {"major_brand", "minor_version", "compatible_brands",
                                                            "handler_name", "vendor_id"};

/// What programs keep for themselves in ID3, bytes that are no text: HLS has its time stamps there.
constexpr std::string_view kPrivateKeys = "id3v2_priv.";

bool is_tag(std::string_view key, std::string_view value) {
  if (key == "language" && value == "und") return false;
  if (key == "variant_bitrate" && value == "0") return false;
  if (key.substr(0, kPrivateKeys.size()) == kPrivateKeys) return false;
  return std::find(kContainerKeys.begin(), kContainerKeys.end(), key) == kContainerKeys.end();
}

void merge_tags(const AVDictionary* from, std::map<std::string, std::string>& into) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const std::string key = lower_case(entry->key);
    if (is_tag(key, entry->value)) into[key] = entry->value;
  }
}

}  // namespace

std::vector<TrackInfo> list_tracks(const AVFormatContext& format) {
  std::vector<TrackInfo> tracks;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    const AVCodecParameters& parameters = *stream.codecpar;
    tracks.push_back({kind_of(stream),
                      avcodec_get_name(parameters.codec_id),
                      {parameters.sample_rate, parameters.ch_layout.nb_channels},
                      layout_name(parameters.ch_layout),
                      tag_of(stream.metadata, "language"),
                      tag_of(stream.metadata, "title")});
  }
  return tracks;
}

std::map<std::string, std::string> collect_tags(const AVFormatContext& format, const AVStream& stream) {
  std::map<std::string, std::string> tags;
  merge_tags(format.metadata, tags);
  merge_tags(stream.metadata, tags);
  return tags;
}

std::optional<double> known_duration_s(const AVFormatContext& format, const AVStream& stream) {
  if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0) {
    return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  }
  if (format.duration != AV_NOPTS_VALUE && format.duration > 0) {
    return static_cast<double>(format.duration) / AV_TIME_BASE;
  }
  return std::nullopt;
}

int coded_bits(const AVStream& stream, const AVCodecContext& decoder) {
  if (decoder.bits_per_raw_sample > 0) return decoder.bits_per_raw_sample;
  if (stream.codecpar->bits_per_raw_sample > 0) return stream.codecpar->bits_per_raw_sample;
  return av_get_exact_bits_per_sample(stream.codecpar->codec_id);
}

}  // namespace astream::av
