// Decoded frames of any sample format as interleaved float32, full scale +-1, the way libswresample scales them.
// Inside src/av only.
#pragma once

#include <vector>

#include "av/handles.hpp"

namespace astream::av {

/// Replaces `out` by the frame's samples, interleaved. Integers are divided by 2^(bits-1) (u8 after minus 128), doubles
/// rounded; floats pass bit for bit. Throws Error(decode) for a sample format without a conversion.
void convert_to_float(const AVFrame& frame, std::vector<float>& out);
/// The same, behind what `out` holds.
void append_as_float(const AVFrame& frame, std::vector<float>& out);

}  // namespace astream::av
