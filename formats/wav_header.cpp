#include "formats/wav_header.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace astream {

namespace {

constexpr uint32_t kUnknown = 0xFFFFFFFF;
constexpr uint16_t kFormatPcm = 1;
constexpr uint16_t kFormatIeeeFloat = 3;
constexpr uint16_t kFormatExtensible = 0xFFFE;
constexpr uint64_t kDs64Bytes = 28;
constexpr uint64_t kChunkHeadBytes = 8;
// KSDATAFORMAT_SUBTYPE_PCM and _IEEE_FLOAT behind their first two bytes, which are the format tag.
constexpr std::string_view kSubtypeTail{"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 14};

template <typename Integer>
void append_le(std::string& to, Integer value) {
  for (size_t i = 0; i < sizeof(Integer); ++i) to += static_cast<char>((value >> (8 * i)) & 0xFF);
}

void append_chunk_head(std::string& to, std::string_view id, uint32_t size_bytes) {
  to.append(id);
  append_le(to, size_bytes);
}

std::string fmt_chunk(const AudioFormat& format, SampleEncoding encoding) {
  const bool is_extensible = format.channels > 2;
  const bool is_float = encoding == SampleEncoding::f32le;
  const uint16_t tag = is_float ? kFormatIeeeFloat : kFormatPcm;
  const auto bits = static_cast<uint16_t>(bytes_per_value(encoding) * 8);
  const auto block_bytes = static_cast<uint16_t>(format.channels * bytes_per_value(encoding));
  std::string chunk;
  append_chunk_head(chunk, "fmt ", is_extensible ? 40 : is_float ? 18 : 16);
  append_le(chunk, is_extensible ? kFormatExtensible : tag);
  append_le(chunk, static_cast<uint16_t>(format.channels));
  append_le(chunk, static_cast<uint32_t>(format.rate_hz));
  append_le(chunk, static_cast<uint32_t>(format.rate_hz) * block_bytes);
  append_le(chunk, block_bytes);
  append_le(chunk, bits);
  if (is_extensible || is_float) append_le(chunk, static_cast<uint16_t>(is_extensible ? 22 : 0));
  if (!is_extensible) return chunk;
  append_le(chunk, bits);         // all bits are valid
  append_le(chunk, uint32_t{0});  // no speaker positions: what was mixed or picked has none that are known
  append_le(chunk, tag);
  chunk.append(kSubtypeTail);
  return chunk;
}

/// Tags by their names in INFO lists (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0").
constexpr auto kInfoNames = std::to_array<std::pair<std::string_view, std::string_view>>({{"title", "INAM"},
                                                                                          {"artist", "IART"},
                                                                                          {"album", "IPRD"},
                                                                                          {"date", "ICRD"},
                                                                                          {"genre", "IGNR"},
                                                                                          {"track", "IPRT"},
                                                                                          {"comment", "ICMT"},
                                                                                          {"copyright", "ICOP"},
                                                                                          {"language", "ILNG"}});

std::string info_chunk(const std::map<std::string, std::string>& tags) {
  std::string list = "INFO";
  for (const auto& [tag, name] : kInfoNames) {
    const auto entry = tags.find(std::string(tag));
    if (entry == tags.end() || entry->second.empty()) continue;
    std::string text = entry->second + '\0';
    append_chunk_head(list, name, static_cast<uint32_t>(text.size()));
    if (text.size() % 2 != 0) text += '\0';
    list += text;
  }
  if (list.size() == 4) return "";
  std::string chunk;
  append_chunk_head(chunk, "LIST", static_cast<uint32_t>(list.size()));
  return chunk + list;
}

}  // namespace

int bytes_per_value(SampleEncoding encoding) {
  switch (encoding) {
    case SampleEncoding::f32le:
      return 4;
    case SampleEncoding::s24le:
      return 3;
    case SampleEncoding::s16le:
      return 2;
  }
  return 4;
}

std::string wav_header(const WavHeaderOptions& options) {
  const std::string fmt = fmt_chunk(options.format, options.encoding);
  const std::string info = info_chunk(options.tags);
  const bool has_fact = options.encoding == SampleEncoding::f32le;
  const uint64_t fact_bytes = has_fact ? kChunkHeadBytes + 4 : 0;
  const uint64_t room_bytes = options.has_room_for_rf64 ? kChunkHeadBytes + kDs64Bytes : 0;
  const uint64_t before_data_bytes = 4 + room_bytes + fmt.size() + fact_bytes + info.size() + kChunkHeadBytes;
  const uint64_t data_bytes = options.data_bytes.value_or(0);
  const uint64_t riff_bytes = before_data_bytes + data_bytes + data_bytes % 2;  // an odd chunk has a byte behind it
  const auto block_bytes = static_cast<uint64_t>(options.format.channels * bytes_per_value(options.encoding));
  const uint64_t samples = data_bytes / block_bytes;
  const bool is_rf64 = options.data_bytes && options.has_room_for_rf64 && riff_bytes >= kUnknown;
  const bool has_sizes = options.data_bytes && riff_bytes < kUnknown;

  std::string header;
  append_chunk_head(header, is_rf64 ? "RF64" : "RIFF", has_sizes ? static_cast<uint32_t>(riff_bytes) : kUnknown);
  header.append("WAVE");
  if (is_rf64) {
    append_chunk_head(header, "ds64", kDs64Bytes);
    append_le(header, riff_bytes);
    append_le(header, data_bytes);
    append_le(header, samples);
    append_le(header, uint32_t{0});  // no table of further chunks
  } else if (options.has_room_for_rf64) {
    append_chunk_head(header, "JUNK", kDs64Bytes);
    header.append(kDs64Bytes, '\0');
  }
  header.append(fmt);
  if (has_fact) {
    append_chunk_head(header, "fact", 4);
    // Readers believe this number, so it is 0 rather than "unknown" as long as it is not known.
    append_le(header, is_rf64 ? kUnknown : static_cast<uint32_t>(has_sizes ? samples : 0));
  }
  header.append(info);
  append_chunk_head(header, "data", has_sizes ? static_cast<uint32_t>(data_bytes) : kUnknown);
  return header;
}

}  // namespace astream
