// Sample-rate conversion that is the same at every position: libsoxr, run in fixed segments.
//
// Output sample m depends only on the input around it and on the segment it lies in, never on where the run began: each
// segment (about 10 s, on a grid of whole in/out periods) is converted by a libsoxr of its own, fed with the input before and
// behind it. So a run that starts in the middle gives bit for bit what a whole run gives there, whatever the chunking,
// with libsoxr's usual latency. Total length is round(n * out / in); there is no shift in time.
// Quality `hq`: libsoxr HQ (20 bit), ripple <= 0.01 dB to 0.9 of the lower Nyquist, aliases <= -110 dB beyond it.
// `fast`: libsoxr LQ (16 bit).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

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
  /// Begins at the input position of a StartPoint (0 at construction). Forgets all before.
  void start_at(int64_t in_sample);

  /// Converts interleaved input; the result is borrowed until the next call and may be empty (latency).
  std::span<const float> process(std::span<const float> input);
  /// Drains: what is left up to round(n * out / in), n being all input since sample 0.
  std::span<const float> finish();

  int in_rate_hz() const;
  int out_rate_hz() const;

private:
  struct Impl_;
  std::unique_ptr<Impl_> self_;
};

/// round(in_samples * out / in), exact in 128 bits.
int64_t resampled_length(int64_t in_samples, int in_rate_hz, int out_rate_hz);

}  // namespace astream
