#include "dsp/resample_grid.hpp"

#include <algorithm>
#include <numeric>

namespace astream {

namespace {

/// About the length of a segment. Long, so that beginning a segment costs next to nothing; short, so that a window at a
/// random position, which is converted from the beginning of its segment on, is cheap too.
constexpr int64_t kSegmentSeconds = 10;

/// Pre-roll in samples of the lower rate. libsoxr's HQ filters reach 106 of these to each side before they fall below
/// 1e-7 of their peak (measured over ratios from 1:24 to 6:1, tests/unit/dsp/resampler_test.cpp); all beyond is
/// rounding.
constexpr int64_t kPrerollLowRateSamples = 256;

int64_t quotient_rounded_up(int64_t value, int64_t by) {
  return (value + by - 1) / by;
}

}  // namespace

ResampleGrid::ResampleGrid(int in_rate_hz, int out_rate_hz) {
  const int64_t divisor = std::gcd<int64_t, int64_t>(in_rate_hz, out_rate_hz);
  const int64_t period_in = in_rate_hz / divisor;
  const int64_t period_out = out_rate_hz / divisor;
  const int64_t low_rate_period = std::min(period_in, period_out);
  const int64_t preroll_periods = quotient_rounded_up(kPrerollLowRateSamples, low_rate_period);
  // A period is at most a second, so that this is 9.5 to 10.5 s. At rates of a few hundred hertz a segment is longer,
  // as the pre-roll must stay a small part of it.
  const int64_t wanted_periods = (kSegmentSeconds * in_rate_hz + period_in / 2) / period_in;
  const int64_t segment_periods = std::max(wanted_periods, 16 * preroll_periods);
  segment_in_samples_ = segment_periods * period_in;
  segment_out_samples_ = segment_periods * period_out;
  preroll_in_ = preroll_periods * period_in;
  preroll_out_ = preroll_periods * period_out;
}

int64_t ResampleGrid::segment_fed_from(int64_t in_sample) const {
  const int64_t segment = in_sample == 0 ? 0 : (in_sample + preroll_in_) / segment_in_samples_;
  return in_sample >= 0 && feed_start_in(segment) == in_sample ? segment : -1;
}

}  // namespace astream
