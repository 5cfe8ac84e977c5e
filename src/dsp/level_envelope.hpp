// The envelope of a channel: lowest, highest and mean square of stretches of samples, in bounded memory.
#pragma once

#include <limits>
#include <span>

#include "dsp/pooled_timeline.hpp"

namespace astream {

/// What is known of the values of one stretch. Extremes and energy are exact, however often cells were merged.
struct LevelCell {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();
  double energy = 0;   ///< sum of squares
  int64_t values = 0;  ///< how many; 0: nothing is known

  void merge(const LevelCell& later);
  bool is_empty() const { return values == 0; }
  /// Largest magnitude; 0 when empty.
  double peak() const;
  /// 0 when empty.
  double mean_square() const;
};

using LevelEnvelope = PooledTimeline<LevelCell>;

/// Adds finite values, one a sample from `first_sample` on. Several channels may share an envelope.
void add_samples(LevelEnvelope& envelope, int64_t first_sample, std::span<const double> values);

/// What is known of [from, to) samples: all cells that have a share in it.
LevelCell level_between(const LevelEnvelope& envelope, int64_t from, int64_t to);

}  // namespace astream
