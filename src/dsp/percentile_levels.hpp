// Percentile levels (L10, L50, L90 ...): the A-weighted fast level of IEC 61672-1 that is exceeded in a share of the
// time.
//
// The level is taken every 10 ms. Those of the open interval are kept, those of the whole are counted in steps of
// 0.01 dB: memory stays the same for ever. One object a channel; not thread-safe, never throws.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dsp/biquad.hpp"

namespace astream {

class PercentileLevels {
 public:
  explicit PercentileLevels(double rate_hz);

  void process(std::span<const double> samples);
  /// The level in dBFS that was exceeded in `percent` (0..100) of the open interval; NaN when it is shorter than 10 ms.
  double interval_level_db(double percent);
  /// The same of all that was ever processed.
  double total_level_db(double percent) const;
  void next_interval();

 private:
  void keep_level();

  BiquadCascade filter_;
  double rate_hz_;
  double step_;  ///< of the exponential average
  double fast_ = 0;
  int64_t position_ = 0;  ///< in samples
  int64_t level_count_ = 0;
  std::vector<double> interval_db_;
  bool is_sorted_ = false;
  std::vector<int64_t> counts_;  ///< below the lowest step first
};

}  // namespace astream
