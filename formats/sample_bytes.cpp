#include "formats/sample_bytes.hpp"

#include <bit>

#include "dsp/sample_integers.hpp"

namespace astream {

static_assert(std::endian::native == std::endian::little, "samples are written as they stand in memory");

std::span<const std::byte> SampleBytes::convert(std::span<const float> samples) {
  switch (encoding_) {
    case SampleEncoding::f32le:
      break;
    case SampleEncoding::s16le:
      s16_.resize(samples.size());
      convert_to_s16(samples, s16_);
      return std::as_bytes(std::span(s16_));
    case SampleEncoding::s24le:
      s32_.resize(samples.size());
      s24_.resize(samples.size() * 3);
      convert_to_s24(samples, s32_);
      for (size_t i = 0; i < s32_.size(); ++i) {
        for (size_t byte = 0; byte < 3; ++byte) {
          s24_[3 * i + byte] = static_cast<std::byte>(static_cast<uint32_t>(s32_[i]) >> (8 * byte) & 0xFFU);
        }
      }
      return s24_;
  }
  return std::as_bytes(samples);
}

}  // namespace astream
