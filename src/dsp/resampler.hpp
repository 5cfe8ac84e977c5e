// Sample-rate conversion that is the same at every position: libsoxr, run in fixed segments.
//
// Output sample m depends only on the input around it and on the segment it lies in, never on where the run began: each
// segment (about 10 s, on a grid of whole in/out periods) is converted by a libsoxr of its own, fed with the input
// before and behind it. So a run that starts in the middle gives bit for bit what a whole run gives there, whatever the
// chunking. Total length is round(n * out / in); there is no shift in time. Not thread-safe.
//
// Measured from 48 and 44.1 to 16 kHz, frequencies in units of the lower Nyquist:
// `hq` (libsoxr HQ, 20 bit): flat within 0.01 dB to 0.91, -0.1 dB at 0.93, -3 dB at 0.95, aliases below -125 dB
// from 1.0 on, THD+N below -130 dB, output 15 to 17 ms behind the input. `fast` (libsoxr LQ, 16 bit): flat within 0.01
// dB to 0.68, -0.1 dB at 0.73, -3 dB at 0.81, aliases below -104 dB from 1.0 on, THD+N below -109 dB, 4 to 5 ms behind,
// two thirds of the work. What it gives up is the top of the band.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace astream {

enum class ResampleQuality { hq, fast };

class Resampler {
 public:
  /// Rates > 0 and different, channels >= 1. Throws Error(internal) when libsoxr refuses.
  Resampler(int in_rate_hz, int out_rate_hz, int channels, ResampleQuality quality);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  /// Where to begin so that output from `out_sample` on is exact: feed input from the result's in_sample on and
  /// drop the first drop_samples of the output.
  struct StartPoint {
    int64_t in_sample = 0;
    int64_t drop_samples = 0;
  };
  StartPoint start_point(int64_t out_sample) const;
  /// Begins at the input position of a StartPoint (0 at construction). Forgets all before. Throws Error(internal) for
  /// any other position.
  void start_at(int64_t in_sample);

  /// Converts interleaved input; the result is borrowed until the next call and may be empty (latency).
  std::span<const float> process(std::span<const float> input);
  /// Drains: what is left up to round(n * out / in), n being all input since sample 0. After it only start_at() may
  /// follow.
  std::span<const float> finish();

  int in_rate_hz() const;
  int out_rate_hz() const;

 private:
  struct State;
  std::unique_ptr<State> self_;
};

/// round(in_samples * out / in) (halves up), exact in 128 bits.
int64_t resampled_length(int64_t in_samples, int in_rate_hz, int out_rate_hz);

}  // namespace astream
