// Reads a record stream (formats/RECORDS.md): a line of JSON, then payload_length bytes, again and again.
//
//     RecordReader reader([&](std::byte* to, size_t size) { return fread(to, 1, size, stdin); });
//     Record record;
//     while (reader.next(record)) if (record.type == "window") use(record.samples());
//
// The read function gives at most `size` bytes, 0 at the end; short reads are fine. Not thread-safe. Throws
// Error(decode) for anything that is no record stream or ends inside a record, with the byte offset in the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace astream {

/// A record: `data` is the header's object (an empty object if absent); the payload is borrowed until the next call.
struct Record {
  std::string type;
  nlohmann::json data;
  std::span<const std::byte> payload;

  /// The payload as float32 (little-endian hosts; payload size / 4 values, float-aligned).
  std::span<const float> samples() const;
};

class RecordReader {
 public:
  using Read = std::function<size_t(std::byte* to, size_t size)>;
  /// Longer header lines or payloads are refused as damage.
  static constexpr size_t kMaxHeaderBytes = 1 << 20;
  static constexpr size_t kMaxPayloadBytes = size_t{1} << 31;

  explicit RecordReader(Read read);

  /// The next record of any type, unknown ones included. false at a clean end.
  bool next(Record& record);

 private:
  bool fill();
  bool next_line(std::string& line);
  void take_payload(size_t length_bytes);

  Read read_;
  std::vector<std::byte> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t offset_bytes_ = 0;
  std::vector<float> payload_;  ///< float storage, so that samples() is aligned
};

}  // namespace astream
