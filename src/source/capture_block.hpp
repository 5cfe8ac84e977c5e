// How long the blocks are that a capture device is asked for.
#pragma once

#include <cstdint>

namespace astream {

/// Samples a block at `rate_hz`, >= 1. Each block wakes three threads, so that long ones spare the processor, but a
/// window waits for the end of the block that it ends in. Where all windows begin and end at multiples of
/// `grid_samples` (0: nowhere in particular), blocks that end there too keep no window waiting and are long: the
/// longest part of the grid of 10 to 30 ms, or as many whole grids as 15 ms hold. Else 15 ms.
int choose_block_samples(int rate_hz, int64_t grid_samples);

}  // namespace astream
