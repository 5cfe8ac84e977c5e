// Record streams from any bytes: the same records for any chunking, or Error(decode). The first byte is the size of the
// small chunks.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/record_reader.hpp"

namespace {

using namespace astream;

/// All records as text, and the failure's message at the end.
std::vector<std::string> read_records(const uint8_t* data, size_t size, size_t chunk) {
  size_t done = 0;
  RecordReader reader([&](std::byte* to, size_t most) {
    const size_t count = std::min({most, chunk, size - done});
    if (count > 0) std::memcpy(to, data + done, count);
    done += count;
    return count;
  });
  std::vector<std::string> records;
  Record record;
  try {
    while (reader.next(record)) {
      const auto* payload = reinterpret_cast<const char*>(record.payload.data());
      records.push_back(record.type + '\n' +
                        record.data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n' +
                        std::string(payload, record.payload.size()));
      if (record.samples().size() != record.payload.size() / sizeof(float)) std::abort();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::decode) std::abort();
    records.push_back(error.message());
  }
  return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t small_chunk = 1 + data[0] % 64;
  const auto whole = read_records(data + 1, size - 1, size);
  if (whole != read_records(data + 1, size - 1, small_chunk)) std::abort();
  return 0;
}
