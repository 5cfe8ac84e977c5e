// The waveforms behind the test signals: each sample a pure function of its position, so that any chunking and any seek
// gives the same bytes.
//
// Used from one thread; a Wave may cache what it computed. Nothing throws but for memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace astream {

class Wave {
 public:
  virtual ~Wave() = default;
  /// Writes interleaved samples of `channels` channels, the first of them at `position` >= 0.
  virtual void fill(int64_t position, std::span<float> to, int channels) = 0;
};

/// A sine of `peak`, 0 < hz <= rate / 2, phase 0 at position 0. The phase is exact at any position when hz is whole,
/// and off by less than 1e-9 rad per 10^9 samples otherwise.
std::unique_ptr<Wave> make_tone_wave(double hz, int rate_hz, double peak);

/// An exponential sweep over `total_samples` (A. Farina, "Simultaneous measurement of impulse response and distortion
/// with a swept-sine technique", AES 108, 2000), up or down.
std::unique_ptr<Wave> make_sweep_wave(double from_hz, double to_hz, int64_t total_samples, int rate_hz, double peak);

enum class NoiseColor { white, pink, brown };

/// white: uniform, flat. pink: -3.01 dB per octave, within 0.2 dB from rate / 4000 to rate / 7. brown: -6.02 dB per
/// octave from rate / 4000 up (the bilinear image of the last octave aside).
std::unique_ptr<Wave> make_noise_wave(NoiseColor color, uint64_t seed, double peak);

std::unique_ptr<Wave> make_silence_wave();

}  // namespace astream
