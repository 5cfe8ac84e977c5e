// Cuts a sequence of blocks of any size into windows. The same samples give the same windows whatever the chunking.
//
// Pull after push: push(block) borrows the block until next() gives nothing; next() hands out the windows that are
// complete, without a copy where the window lies inside the block. What a later window needs is carried over in a
// buffer of at most 1.5 windows, which grows as needed and is then kept; each sample is moved a bounded number of
// times, however small the hop. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "dsp/window_plan.hpp"

namespace astream {

/// A window's samples, borrowed until the next call to the Windower.
struct WindowSlice {
  int64_t start_sample = 0;        ///< position on the stream's time line
  int64_t valid_samples = 0;       ///< real samples; the rest up to the window's length are zeros (pad only)
  std::span<const float> samples;  ///< interleaved; valid_samples * channels values when cropped
};

class Windower {
 public:
  /// A window longer than this is refused: no reader takes a record of that size.
  static constexpr int64_t kMaxWindowBytes = int64_t{1} << 31;

  /// channels >= 1; plan as in window_plan.hpp. Throws Error(usage) when a number is out of range.
  Windower(WindowPlan plan, int channels);

  /// Adds interleaved samples (size a multiple of channels). The block must stay as it is until next() gives nothing.
  void push(std::span<const float> block);

  /// Position after the last sample pushed.
  int64_t pushed_samples() const { return pushed_samples_; }

  /// Samples that are still to be pushed before next() gives another window, 0 when it does.
  int64_t missing_samples() const;

  /// Samples from the current position that no window will contain (hop > window): may be skipped by seeking
  /// instead of being pushed, then told by skip(). 0 when the next sample is wanted.
  int64_t skippable_samples() const;
  /// Moves the position by `count` <= skippable_samples() without samples. Throws Error(internal) for more.
  void skip(int64_t count);

  /// The next complete window, or nothing until more is pushed.
  std::optional<WindowSlice> next();

  /// Ends the stream here: after it next() gives what is still complete, then the last window by the tail rule, then
  /// nothing.
  void finish();

  /// Begins again at `position` (after a gap): what is left over is dropped, the next window starts there.
  void restart(int64_t position);

 private:
  int64_t block_end() const;
  int64_t kept_end() const { return kept_start_ + kept_samples_; }
  void forget_before(int64_t position);
  void keep_until(int64_t position);
  float* room_behind_kept(int64_t count);
  void carry_over();
  std::span<const float> slice(int64_t start, int64_t count);
  std::optional<WindowSlice> last_window();

  WindowPlan plan_;
  int64_t channels_;
  int64_t pushed_samples_ = 0;
  int64_t next_start_ = 0;   ///< start of the next window to hand out
  int64_t covered_end_ = 0;  ///< end of the last window handed out: a tail window must hold something after it
  bool is_finished_ = false;
  bool is_ended_ = false;  ///< the tail rule was applied

  // The borrowed block begins at block_start_. Samples kept from earlier blocks are [kept_start_, kept_end()), they
  // reach up to the block or, once a window that lies in both was handed out, into it.
  std::span<const float> block_;
  int64_t block_start_ = 0;
  std::unique_ptr<float[]> kept_;
  int64_t kept_capacity_samples_ = 0;
  int64_t kept_offset_samples_ = 0;  ///< where kept_start_ stands in kept_
  int64_t kept_start_ = 0;
  int64_t kept_samples_ = 0;
};

}  // namespace astream
