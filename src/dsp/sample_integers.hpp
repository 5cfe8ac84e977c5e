// Float samples as integers, for what is stored in 16 or 24 bits. Pure functions.
//
// Full scale +-1 becomes +-2^(bits-1), rounded to nearest (ties to even), clamped; what is not finite becomes 0. What
// was decoded from integers of as many bits comes back as it was. No dither. Sizes of both spans are equal.
#pragma once

#include <cstdint>
#include <span>

namespace astream {

void convert_to_s16(std::span<const float> samples, std::span<int16_t> to);
/// 24 bits in the low end of each value.
void convert_to_s24(std::span<const float> samples, std::span<int32_t> to);

}  // namespace astream
