// Cuts a sequence of blocks of any size into windows. The same samples give the same windows whatever the chunking.
//
// Pull after push: push(block) borrows the block until the next push or finish; next() then hands out the windows that
// are complete, without a copy where the window lies inside the block. Not thread-safe. Allocates once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dsp/window_plan.hpp"

namespace astream {

/// A window's samples, borrowed until the next call to the Windower.
struct WindowSlice {
  int64_t start_sample = 0;         ///< position on the stream's time line
  int64_t valid_samples = 0;        ///< real samples; the rest up to the window's length are zeros (pad only)
  std::span<const float> samples;   ///< interleaved; valid_samples * channels values when cropped
};

class Windower {
public:
  /// channels >= 1; plan as in window_plan.hpp. Throws Error(usage) when a number is out of range.
  Windower(WindowPlan plan, int channels);

  /// Adds interleaved samples (size a multiple of channels). The last block must have been used up: next() gave nothing.
  void push(std::span<const float> block);

  /// Position after the last sample pushed.
  int64_t pushed_samples() const { return pushed_samples_; }

  /// Samples from the current position that no window will contain (hop > window): may be skipped by seeking
  /// instead of being pushed, then told by skip(). 0 when the next sample is wanted.
  int64_t skippable_samples() const;
  /// Moves the position by `count` <= skippable_samples() without samples.
  void skip(int64_t count);

  /// The next complete window, or nothing until more is pushed.
  std::optional<WindowSlice> next();

  /// Ends the stream here: after it next() gives the last window by the tail rule, then nothing.
  void finish();

  /// Begins again at `position` (after a gap): what is left over is dropped, the next window starts there.
  void restart(int64_t position);

private:
  WindowPlan plan_;
  int channels_;
  int64_t pushed_samples_ = 0;
  int64_t next_start_ = 0;     ///< start of the next window to hand out
  int64_t covered_end_ = 0;    ///< end of the last window handed out: a tail window must hold something after it
  int64_t origin_ = 0;         ///< where the grid of windows starts
  bool is_finished_ = false;
  std::vector<float> kept_;    ///< samples from kept_start_ on, carried over from earlier blocks
  int64_t kept_start_ = 0;
  std::span<const float> block_;
  int64_t block_start_ = 0;
};

}  // namespace astream
