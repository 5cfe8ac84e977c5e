// Programme loudness by ITU-R BS.1770-5 and EBU R128: momentary, short-term, integrated, loudness range, true peak.
//
// Works in sub-blocks of 10 ms, so that the maxima of sliding windows meet EBU Tech 3341 (steps of at most 20 ms).
// Gated values come from histograms of 0.01 LU with exact energy sums: memory stays the same for ever. Not thread-safe;
// allocates at construction only. Throws Error(usage) when the weights do not fit the channels.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/biquad.hpp"
#include "dsp/features/true_peak.hpp"

namespace astream {

/// Counts and energy sums of blocks by their loudness, -70 to +30 LUFS.
class LoudnessHistogram {
 public:
  LoudnessHistogram();
  /// A block with this mean square; below -70 LUFS it is not counted.
  void add(double energy);
  bool is_empty() const { return block_count_ == 0; }
  /// Loudness of the blocks not more than 10 LU below the mean; -inf when empty.
  double gated_lufs() const;
  /// From the 10th to the 95th percentile of the blocks not more than 20 LU below the mean; 0 when empty.
  double range_lu() const;

 private:
  size_t first_bin_above(double energy) const;

  std::vector<int64_t> counts_;
  std::vector<double> energies_;
  int64_t block_count_ = 0;
  double energy_sum_ = 0;
};

struct LoudnessMaxima {
  double momentary_lufs, short_term_lufs, true_peak;
};

class LoudnessMeter {
 public:
  /// `weights`: one a channel; empty: default_channel_weights().
  LoudnessMeter(int rate_hz, int channels, std::vector<double> weights = {});

  void process(std::span<const double> interleaved);
  /// NaN before the first 400 ms (3 s) are there; -inf in silence.
  double momentary_lufs() const { return momentary_lufs_; }
  double short_term_lufs() const { return short_term_lufs_; }
  /// NaN before the first 400 ms; -inf when nothing has passed the gate.
  double integrated_lufs() const;
  /// NaN before the first 3 s.
  double range_lu() const;
  /// Largest values since the last call: NaN where there were none.
  LoudnessMaxima take_maxima();
  /// True peak of each channel since then, linear.
  std::span<const double> channel_true_peaks() const { return true_peak_.channel_peaks(); }
  /// Samples were lost: sliding windows begin anew, gated values go on.
  void gap();

 private:
  struct SubBlock {
    double energy = 0;
    int64_t samples = 0;
  };

  void close_sub_block();
  /// Mean square of the latest `count` sub-blocks.
  double latest_energy(int count) const;

  int rate_hz_;
  std::vector<double> weights_;
  std::vector<BiquadCascade> filters_;
  TruePeakMeter true_peak_;
  std::vector<SubBlock> ring_;
  SubBlock open_;
  int64_t position_ = 0;         ///< samples since the start or the last gap
  int64_t sub_block_count_ = 0;  ///< as well
  double momentary_lufs_;
  double short_term_lufs_;
  double max_momentary_lufs_;
  double max_short_term_lufs_;
  bool has_block_ = false, has_long_block_ = false;
  LoudnessHistogram blocks_;
  LoudnessHistogram long_blocks_;
};

/// By the usual channel orders (WAV, FFmpeg): 1 for the front, 1.41 for surround at the sides, 0 for LFE.
std::vector<double> default_channel_weights(int channels);
/// The K-weighting filter: a shelf and a high-pass.
std::array<BiquadCoefficients, 2> k_weighting(double rate_hz);

}  // namespace astream
