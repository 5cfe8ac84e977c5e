#include "dsp/features/frame_plan.hpp"

#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/mel_style.hpp"
#include "dsp/window_plan.hpp"

namespace astream {

namespace {

/// Kaldi cuts off where everyone else rounds: 25 ms at 44.1 kHz are 1102 samples (feature-window.h).
int samples_of(const TimeSpec& spec, int rate_hz, bool is_truncated, const char* what) {
  const int64_t samples = is_truncated && !spec.samples ? static_cast<int64_t>(spec.seconds * rate_hz * (1 + 1e-12))
                                                        : spec.samples_at(rate_hz);
  if (samples < 1 || samples > (int64_t{1} << 26))
    throw Error(ErrorKind::usage, std::string(what) + " must be between 1 and 67108864 samples");
  return static_cast<int>(samples);
}

void set_lengths(FramePlan& plan, const MelStyleInfo& info, const FrameOptions& options) {
  plan.window_samples = info.is_kaldi() ? static_cast<int>(int64_t{plan.rate_hz} * 25 / 1000) : info.window_samples;
  plan.hop_samples = info.is_kaldi() ? plan.rate_hz / 100 : info.hop_samples;
  if (options.frame) {
    plan.window_samples = samples_of(*options.frame, plan.rate_hz, info.is_kaldi(), "the frame length");
  } else if (options.fft_size && info.is_window_centred) {
    plan.window_samples = *options.fft_size;  // as librosa: win_length defaults to n_fft
  }
  if (options.hop) plan.hop_samples = samples_of(*options.hop, plan.rate_hz, info.is_kaldi(), "the frame hop");
  if (plan.window_samples < 2 || plan.hop_samples < 1)
    throw Error(ErrorKind::usage, "the sample rate is too low for analysis frames of this kind");
  plan.fft_size = info.fft_size;
  const bool has_own_length = plan.window_samples != info.window_samples;
  if (info.fft_size == 0 || (has_own_length && !info.is_window_centred)) {
    plan.fft_size = static_cast<int>(std::bit_ceil(static_cast<unsigned>(plan.window_samples)));
  } else if (has_own_length) {
    plan.fft_size = plan.window_samples;
  }
  if (options.fft_size) plan.fft_size = *options.fft_size;
  if (plan.fft_size < plan.window_samples || plan.fft_size > (1 << 26))
    throw Error(ErrorKind::usage, "the transform of " + std::to_string(plan.fft_size) +
                                      " points is shorter than the frame of " + std::to_string(plan.window_samples) +
                                      " samples");
  plan.frame_samples = info.is_window_centred ? plan.fft_size : plan.window_samples;
  plan.window_offset_samples = info.is_window_centred ? (plan.fft_size - plan.window_samples) / 2 : 0;
}

}  // namespace

int FramePlan::first_start_samples() const {
  switch (alignment) {
    case FrameAlignment::centred:
      return -(frame_samples / 2);
    case FrameAlignment::kaldi_centred:
      return hop_samples / 2 - frame_samples / 2;
    case FrameAlignment::from_start:
      break;
  }
  return 0;
}

FramePlan make_frame_plan(int rate_hz, const FrameOptions& options, MelStyle grid) {
  const MelStyleInfo& info = mel_style_info(grid);
  FramePlan plan;
  plan.rate_hz = rate_hz;
  set_lengths(plan, info, options);
  plan.alignment = options.alignment.value_or(info.alignment);
  plan.padding = info.padding;
  if (plan.alignment == FrameAlignment::kaldi_centred) plan.padding = FramePadding::mirror;
  plan.padding = options.padding.value_or(plan.padding);
  plan.drops_last = info.drops_last && plan.alignment == FrameAlignment::centred;
  plan.window = options.window.value_or(WindowSpec{info.window, 0, info.is_window_symmetric});
  return plan;
}

int64_t frame_count(int64_t total_samples, const FramePlan& plan, bool is_padded) {
  const int64_t n = total_samples, frame = plan.frame_samples, hop = plan.hop_samples;
  if (n <= 0) return 0;
  switch (plan.alignment) {
    case FrameAlignment::centred:
      if (plan.padding == FramePadding::reflect && n <= frame / 2) return 0;
      return n / hop + (plan.drops_last ? 0 : 1);
    case FrameAlignment::kaldi_centred:
      return (n + hop / 2) / hop;
    case FrameAlignment::from_start:
      break;
  }
  return window_count(n, {frame, hop, is_padded ? Tail::pad : Tail::drop});
}

}  // namespace astream
