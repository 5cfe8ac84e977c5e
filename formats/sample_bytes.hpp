// Float samples as the bytes that PCM files and pipes hold: interleaved, little-endian.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "formats/wav_header.hpp"

namespace astream {

/// Converts one block after another with buffers that are kept. Integers are rounded as dsp/sample_integers.hpp says.
class SampleBytes {
 public:
  explicit SampleBytes(SampleEncoding encoding) : encoding_(encoding) {}
  /// Borrowed from `samples` or until the next call.
  std::span<const std::byte> convert(std::span<const float> samples);

 private:
  SampleEncoding encoding_;
  std::vector<int16_t> s16_;
  std::vector<int32_t> s32_;
  std::vector<std::byte> s24_;
};

}  // namespace astream
