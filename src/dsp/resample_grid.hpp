// Where the segments of a resampler lie: pure arithmetic, apart from the conversion so that it can be tested alone.
//
// In one period, in/g input samples become out/g output samples exactly (g the greatest common divisor of the rates),
// so whatever begins on a whole period begins at a whole sample on both sides, and with libsoxr's phase at 0.
#pragma once

#include <cstdint>

namespace astream {

class ResampleGrid {
 public:
  /// Rates > 0.
  ResampleGrid(int in_rate_hz, int out_rate_hz);

  int64_t segment_of_out(int64_t out_sample) const { return out_sample / segment_out_samples_; }
  int64_t segment_in_samples() const { return segment_in_samples_; }
  /// First output sample that segment `segment` gives.
  int64_t first_out(int64_t segment) const { return segment * segment_out_samples_; }
  /// Input position from which segment `segment` is fed: its own beginning less the pre-roll.
  int64_t feed_start_in(int64_t segment) const {
    return segment == 0 ? 0 : segment * segment_in_samples_ - preroll_in_;
  }
  /// Output samples of the pre-roll, which are made and dropped.
  int64_t preroll_out(int64_t segment) const { return segment == 0 ? 0 : preroll_out_; }
  /// The segment that is fed from `in_sample`, -1 when none is.
  int64_t segment_fed_from(int64_t in_sample) const;

 private:
  int64_t segment_in_samples_;
  int64_t segment_out_samples_;
  int64_t preroll_in_;
  int64_t preroll_out_;
};

}  // namespace astream
