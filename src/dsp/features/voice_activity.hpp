// Finding where something is heard: a detector that follows the noise floor, and one with an absolute threshold.
//
// Both take samples in blocks of any size and give the same result whatever the sizes. Segments are half-open ranges of
// samples since the start. Not thread-safe; nothing throws but allocation.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/biquad.hpp"
#include "dsp/features/feature_options.hpp"

namespace astream {

struct SampleRange {
  int64_t start = 0;
  int64_t end = 0;
  bool operator==(const SampleRange&) const = default;
};

/// Energy in frames of 20 ms every 10 ms against a floor: the minimum of the smoothed energy in the last 4 s.
class VoiceActivityDetector {
 public:
  VoiceActivityDetector(int rate_hz, const VadOptions& options);

  void process(std::span<const double> mono);
  /// Ends a segment that is still open.
  void finish();

  /// Decisions so far, one every 10 ms; how many of them were active; mean squares of the frames added up.
  struct Totals {
    int64_t decisions = 0;
    int64_t active = 0;
    double energy = 0;
  };
  const Totals& totals() const { return totals_; }
  bool is_active() const { return is_active_; }
  double energy_db() const { return energy_db_; }

  /// Segments that are complete (padded, long enough, cut at the longest length), once each.
  std::vector<SampleRange> take_segments();

 private:
  static constexpr int kHopsPerSecond = 100;
  static constexpr int kSmoothHops = 20;
  static constexpr int kFloorHops = 400;

  void close_hop();
  void follow_floor(double hop_energy);
  void decide();
  void end_segment(int64_t end);
  int64_t hop_start(int64_t hop) const { return hop * rate_hz_ / kHopsPerSecond; }
  int64_t samples_of(double seconds) const { return std::llround(seconds * static_cast<double>(rate_hz_)); }

  VadOptions options_;
  int64_t rate_hz_;
  BiquadCascade highpass_;
  double hop_sum_ = 0, previous_hop_sum_ = 0;
  int64_t hop_samples_ = 0, previous_hop_samples_ = 0;
  int64_t position_ = 0;
  int64_t hop_count_ = 0;
  std::array<double, kSmoothHops> recent_{};
  std::array<double, kFloorHops> smoothed_db_{};
  double floor_db_ = 0;
  double energy_db_;
  unsigned loud_bits_ = 0;  ///< of the latest five frames, the newest lowest
  bool is_active_ = false;
  int64_t quiet_hops_ = 0;
  int64_t segment_start_ = 0;
  int64_t last_end_ = 0;
  Totals totals_;
  std::vector<SampleRange> segments_;
};

/// Silence as FFmpeg's silencedetect has it: all channels below a threshold for a time.
class SilenceDetector {
 public:
  SilenceDetector(int channels, double threshold, int64_t shortest_samples);
  void process(std::span<const double> interleaved);
  /// Ends a silence that lasts.
  void finish();
  std::vector<SampleRange> take_silences();

 private:
  void end_silence();

  int channels_;
  double threshold_;
  int64_t shortest_samples_;
  int64_t position_ = 0;
  int64_t quiet_since_ = 0;
  std::vector<SampleRange> silences_;
};

}  // namespace astream
