// Media from any bytes, read and sought in, through memory: samples or an Error. The first byte says whether the input
// can be sought in and where a seek goes; nothing but the bytes may be opened.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "av/media_reader.hpp"
#include "base/error.hpp"
#include "support/wav_bytes.hpp"

namespace {

using namespace astream;

/// A few bytes may stand for hours of silence.
constexpr int64_t kMostValues = 1 << 20;
constexpr int kMostBlocks = 2000;

void read_some(av::MediaReader& reader) {
  int64_t values = 0;
  for (int blocks = 0; blocks < kMostBlocks && values < kMostValues; ++blocks) {
    const av::Block block = reader.read();
    if (block.kind == av::BlockKind::end) return;
    const AudioFormat& format = reader.info().format;
    if (!format.is_known() || format.channels > kMaxChannels || format.rate_hz > kMaxRateHz) std::abort();
    if (block.samples.size() % static_cast<size_t>(format.channels) != 0) std::abort();
    values += static_cast<int64_t>(block.samples.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const bool is_seekable = (data[0] & 1) != 0;
  av::MediaTarget target;
  target.bytes = std::make_shared<test::MemoryInput>(std::string(reinterpret_cast<const char*>(data + 1), size - 1),
                                                     is_seekable, (data[0] & 2) != 0 ? 100 : SIZE_MAX);
  target.protocols = "data";
  try {
    av::MediaReader reader(target);
    reader.layout_mix(2);
    read_some(reader);
    if (is_seekable && reader.seek((data[0] >> 2) * 100)) read_some(reader);
  } catch (const Error& error) {
    if (error.message().empty()) std::abort();
  }
  return 0;
}
