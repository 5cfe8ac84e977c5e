// Test signals as inputs: deterministic, without end unless a duration is given, exactly seekable.
//
//     tone:440?rate=48000&channels=2&duration=10s&gain=-6       a sine (default 440 Hz), the same on all channels
//     sweep:20..20000?duration=10s                              an exponential sine sweep (default 20..20000, 10 s)
//     noise:white|pink|brown?seed=1                             independent on each channel (default white, seed 0)
//     silence:?duration=1h                                      zeros
//
// All take rate (default 48000), channels (1) and duration; all but silence take gain: the peak level in dBFS (default
// -6). White noise is uniform up to the peak; pink and brown noise have an RMS of 15 dB below the peak, and are limited
// to it. Every sample is a function of its position and the seed alone. Unknown keys and bad values are Error(usage).
#pragma once

#include <memory>

#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

std::unique_ptr<Source> open_tone(const Input& input, const OpenOptions& options);
std::unique_ptr<Source> open_sweep(const Input& input, const OpenOptions& options);
std::unique_ptr<Source> open_noise(const Input& input, const OpenOptions& options);
std::unique_ptr<Source> open_silence(const Input& input, const OpenOptions& options);

}  // namespace astream
