#include "formats/wav_header.hpp"

#include <string_view>

namespace astream {

namespace {

constexpr uint32_t kUnknown = 0xFFFFFFFF;
constexpr uint16_t kFormatIeeeFloat = 3;
constexpr uint16_t kFormatExtensible = 0xFFFE;
constexpr uint64_t kDs64Bytes = 28;
constexpr uint64_t kChunkHeadBytes = 8;
// KSDATAFORMAT_SUBTYPE_IEEE_FLOAT behind its first two bytes, which are the format tag.
constexpr std::string_view kSubtypeTail{"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 14};

template <typename Integer>
void append_le(std::string& to, Integer value) {
  for (size_t i = 0; i < sizeof(Integer); ++i) to += static_cast<char>((value >> (8 * i)) & 0xFF);
}

void append_chunk_head(std::string& to, std::string_view id, uint32_t size_bytes) {
  to.append(id);
  append_le(to, size_bytes);
}

std::string fmt_chunk(const AudioFormat& format) {
  const bool is_extensible = format.channels > 2;
  const auto block_bytes = static_cast<uint16_t>(format.channels * sizeof(float));
  std::string chunk;
  append_chunk_head(chunk, "fmt ", is_extensible ? 40 : 18);
  append_le(chunk, is_extensible ? kFormatExtensible : kFormatIeeeFloat);
  append_le(chunk, static_cast<uint16_t>(format.channels));
  append_le(chunk, static_cast<uint32_t>(format.rate_hz));
  append_le(chunk, static_cast<uint32_t>(format.rate_hz) * block_bytes);
  append_le(chunk, block_bytes);
  append_le(chunk, uint16_t{32});
  append_le(chunk, static_cast<uint16_t>(is_extensible ? 22 : 0));
  if (!is_extensible) return chunk;
  append_le(chunk, uint16_t{32});  // all bits are valid
  append_le(chunk, uint32_t{0});   // no speaker positions: what was mixed or picked has none that are known
  append_le(chunk, kFormatIeeeFloat);
  chunk.append(kSubtypeTail);
  return chunk;
}

}  // namespace

std::string wav_header(const WavHeaderOptions& options) {
  const std::string fmt = fmt_chunk(options.format);
  const uint64_t room_bytes = options.has_room_for_rf64 ? kChunkHeadBytes + kDs64Bytes : 0;
  const uint64_t before_data_bytes = 4 + room_bytes + fmt.size() + (kChunkHeadBytes + 4) + kChunkHeadBytes;
  const uint64_t data_bytes = options.data_bytes.value_or(0);
  const uint64_t riff_bytes = before_data_bytes + data_bytes;
  const uint64_t samples = data_bytes / (static_cast<uint64_t>(options.format.channels) * sizeof(float));
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
  append_chunk_head(header, "fact", 4);
  // Readers believe this number, so it is 0 rather than "unknown" as long as it is not known.
  append_le(header, is_rf64 ? kUnknown : static_cast<uint32_t>(has_sizes ? samples : 0));
  append_chunk_head(header, "data", has_sizes ? static_cast<uint32_t>(data_bytes) : kUnknown);
  return header;
}

}  // namespace astream
