// WAV files as bytes, made by the test itself, and a ByteInput that reads them from memory: media without any program.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "base/byte_input.hpp"

namespace astream::test {

inline void append_le(std::string& bytes, uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
}

/// A PCM (tag 1) or float (tag 3) WAV with `body` as its data; `claimed_bytes` may lie about the data's length.
inline std::string wav_file(const std::string& body, int rate_hz, int channels, int bits, int tag = 1,
                            int64_t claimed_bytes = -1) {
  const auto claimed = static_cast<uint64_t>(claimed_bytes < 0 ? static_cast<int64_t>(body.size()) : claimed_bytes);
  const int block_bytes = channels * bits / 8;
  std::string bytes = "RIFF";
  append_le(bytes, 36 + claimed, 4);
  bytes += "WAVEfmt ";
  append_le(bytes, 16, 4);
  append_le(bytes, static_cast<uint64_t>(tag), 2);
  append_le(bytes, static_cast<uint64_t>(channels), 2);
  append_le(bytes, static_cast<uint64_t>(rate_hz), 4);
  append_le(bytes, static_cast<uint64_t>(rate_hz) * static_cast<uint64_t>(block_bytes), 4);
  append_le(bytes, static_cast<uint64_t>(block_bytes), 2);
  append_le(bytes, static_cast<uint64_t>(bits), 2);
  bytes += "data";
  append_le(bytes, claimed, 4);
  return bytes + body;
}

/// 16-bit samples as a WAV body.
inline std::string s16_body(std::span<const int16_t> samples) {
  std::string body;
  for (const int16_t sample : samples) append_le(body, static_cast<uint16_t>(sample), 2);
  return body;
}

/// Sample i of channel c is i * channels + c - 16000: all different up to 48000 values.
inline std::vector<int16_t> s16_ramp(int64_t samples, int channels = 1) {
  std::vector<int16_t> values(static_cast<size_t>(samples * channels));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int16_t>(static_cast<int>(i) - 16000);
  return values;
}

/// The same as the reader must give it.
inline std::vector<float> s16_floats(std::span<const int16_t> samples) {
  std::vector<float> values;
  for (const int16_t sample : samples) values.push_back(static_cast<float>(sample) / 32768.0F);
  return values;
}

/// Bytes from memory, at most `most_bytes` a read; may throw when a position is reached.
class MemoryInput : public ByteInput {
 public:
  explicit MemoryInput(std::string bytes, bool is_seekable = true, size_t most_bytes = SIZE_MAX)
      : bytes_(std::move(bytes)), is_seekable_(is_seekable), most_bytes_(most_bytes) {}

  /// Throws `failure` by the read that would give the byte at `position_bytes`, and by all after it.
  void fail_at(size_t position_bytes, std::exception_ptr failure) {
    fail_at_bytes_ = position_bytes;
    failure_ = std::move(failure);
  }

  size_t read(std::span<std::byte> to) override {
    const size_t end = std::min(bytes_.size(), fail_at_bytes_);
    if (position_ >= end && failure_) std::rethrow_exception(failure_);
    const size_t count = std::min({to.size(), most_bytes_, position_ < end ? end - position_ : 0});
    if (count > 0) std::memcpy(to.data(), bytes_.data() + position_, count);
    position_ += count;
    return count;
  }
  std::optional<int64_t> size_bytes() const override {
    return is_seekable_ ? std::optional(static_cast<int64_t>(bytes_.size())) : std::nullopt;
  }
  void seek(int64_t position_bytes) override { position_ = static_cast<size_t>(position_bytes); }

 private:
  std::string bytes_;
  bool is_seekable_;
  size_t most_bytes_;
  size_t position_ = 0;
  size_t fail_at_bytes_ = SIZE_MAX;
  std::exception_ptr failure_;
};

}  // namespace astream::test
