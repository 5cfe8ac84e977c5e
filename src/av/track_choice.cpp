#include "av/track_choice.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <tuple>
#include <vector>

namespace astream::av {

namespace {

bool is_audio(const AVFormatContext& format, unsigned index) {
  return format.streams[index]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
}

int64_t number_tag(const AVDictionary* tags, const char* key) {
  const AVDictionaryEntry* entry = av_dict_get(tags, key, nullptr, 0);
  return entry != nullptr ? std::strtoll(entry->value, nullptr, 10) : 0;
}

/// One way to get a stream's sound: alone, or in an HLS variant with all that is read beside it.
struct Offer {
  int stream = -1;
  int rate_hz = 0;
  bool has_pictures = false;
  int64_t bits_per_s = 0;
};

bool has_pictures(const AVFormatContext& format, const AVProgram& program) {
  return std::any_of(program.stream_index, program.stream_index + program.nb_stream_indexes,
                     [&](unsigned index) { return format.streams[index]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO; });
}

/// Whether a playlist of its own brings the stream: video of the same variant is then not read for it.
bool is_rendition(const AVStream& stream) {
  return av_dict_get(stream.metadata, "comment", nullptr, 0) != nullptr ||
         av_dict_get(stream.metadata, "language", nullptr, 0) != nullptr;
}

std::vector<Offer> list_offers(const AVFormatContext& format) {
  std::vector<Offer> offers;
  const bool is_hls = std::string_view(format.iformat->name) == "hls";
  for (unsigned p = 0; is_hls && p < format.nb_programs; ++p) {
    const AVProgram& program = *format.programs[p];
    const bool is_filmed = has_pictures(format, program);
    for (unsigned i = 0; i < program.nb_stream_indexes; ++i) {
      const unsigned index = program.stream_index[i];
      if (!is_audio(format, index)) continue;
      const AVStream& stream = *format.streams[index];
      offers.push_back({static_cast<int>(index), stream.codecpar->sample_rate, is_filmed && !is_rendition(stream),
                        number_tag(program.metadata, "variant_bitrate")});
    }
  }
  if (!offers.empty()) return offers;
  for (unsigned index = 0; index < format.nb_streams; ++index) {
    if (!is_audio(format, index)) continue;
    const AVStream& stream = *format.streams[index];
    const int64_t told = number_tag(stream.metadata, "variant_bitrate");
    offers.push_back(
        {static_cast<int>(index), stream.codecpar->sample_rate, false, told > 0 ? told : stream.codecpar->bit_rate});
  }
  return offers;
}

int best_of(const std::vector<Offer>& offers, std::optional<int> wanted_rate_hz) {
  const auto rank = [&](const Offer& offer) {
    const bool is_enough = wanted_rate_hz && offer.rate_hz >= *wanted_rate_hz;
    const bool is_thrifty = wanted_rate_hz || offer.has_pictures;
    return std::tuple(is_enough, is_enough ? 0 : offer.rate_hz, !offer.has_pictures,
                      is_thrifty ? -offer.bits_per_s : offer.bits_per_s);
  };
  const auto best =
      std::max_element(offers.begin(), offers.end(), [&](const Offer& a, const Offer& b) { return rank(a) < rank(b); });
  return best == offers.end() ? -1 : best->stream;
}

}  // namespace

bool has_variants(const AVFormatContext& format) {
  const std::string_view name = format.iformat->name;
  return name == "hls" || name == "dash";
}

bool lacks_rates(const AVFormatContext& format) {
  if (!has_variants(format)) return false;
  const std::vector<Offer> offers = list_offers(format);
  return offers.size() > 1 &&
         std::any_of(offers.begin(), offers.end(), [](const Offer& offer) { return offer.rate_hz == 0; });
}

int choose_track(const AVFormatContext& format, std::optional<int> track, std::optional<int> wanted_rate_hz) {
  if (!track && has_variants(format)) return best_of(list_offers(format), wanted_rate_hz);
  int wanted = track.value_or(1);
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (is_audio(format, i) && --wanted == 0) return static_cast<int>(i);
  }
  return -1;
}

int count_tracks(const AVFormatContext& format, int chosen) {
  int count = 0;
  if (!has_variants(format)) {
    for (unsigned i = 0; i < format.nb_streams; ++i) count += is_audio(format, i) ? 1 : 0;
    return count;
  }
  const bool is_hls = std::string_view(format.iformat->name) == "hls";
  for (unsigned p = 0; is_hls && p < format.nb_programs; ++p) {
    const AVProgram& program = *format.programs[p];
    unsigned* const end = program.stream_index + program.nb_stream_indexes;
    if (std::find(program.stream_index, end, static_cast<unsigned>(chosen)) == end) continue;
    const auto audio = std::count_if(program.stream_index, end, [&](unsigned i) { return is_audio(format, i); });
    count = std::max(count, static_cast<int>(audio));
  }
  return std::max(count, 1);
}

}  // namespace astream::av
