// The grid of analysis frames of one run: lengths in samples, alignment, padding, window function. Pure functions.
//
// All frame features of a run share it. Defaults come from the mel style (or from Kaldi when fbank is asked for);
// explicit options replace them one by one. Throws Error(usage) when they do not go together.
#pragma once

#include <cstdint>
#include <optional>

#include "dsp/features/feature_options.hpp"

namespace astream {

struct FramePlan {
  int rate_hz = 0;
  int frame_samples = 0;  ///< signal samples that one frame takes
  int hop_samples = 0;
  int window_samples = 0;         ///< length of the window function, <= fft_size
  int window_offset_samples = 0;  ///< where it begins in the frame (centred in fft_size, or 0)
  int fft_size = 0;
  FrameAlignment alignment = FrameAlignment::from_start;
  FramePadding padding = FramePadding::zeros;
  bool drops_last = false;  ///< Whisper leaves the last centred frame out
  WindowSpec window;

  /// First sample of frame 0: negative when centred.
  int first_start_samples() const;
};

/// `grid` gives the defaults.
FramePlan make_frame_plan(int rate_hz, const FrameOptions& options, MelStyle grid);

/// Frames of a signal of `total_samples`; `is_padded`: a last frame that reaches past the end counts (from_start only).
int64_t frame_count(int64_t total_samples, const FramePlan& plan, bool is_padded = false);

}  // namespace astream
