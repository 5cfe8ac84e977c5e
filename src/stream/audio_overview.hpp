// A whole stream in bounded memory: envelope of each channel, spectrogram, loudness and gaps, as a picture of it needs.
//
// Takes the windows of one stream in order, whatever their length; where they overlap, the later one gives only what is
// new. Memory is some MB by `columns` and `rows`, whatever the length of the stream. Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "dsp/features/loudness_meter.hpp"
#include "dsp/level_envelope.hpp"
#include "dsp/pooled_spectrogram.hpp"
#include "stream/receiver.hpp"

namespace astream {

struct OverviewOptions {
  size_t columns = 1400;  ///< resolution in time: at least this many stretches, at most twice as many
  int rows = 500;         ///< resolution in frequency
  FrequencyScale scale = FrequencyScale::mel;
  std::optional<double> low_hz, high_hz;  ///< of the spectrogram; by default all there is
  bool is_dual_mono = false;              ///< one channel counts for loudness as two
  std::optional<double> frame_s;          ///< length of its frames, which is brought to a power of two of samples
};

/// The loudness of a stretch of time, read every 100 ms. -inf in silence.
struct LoudnessCell {
  double lowest_momentary_lufs = 0, highest_momentary_lufs = 0;
  int64_t momentary_values = 0;
  double short_term_energy = 0;  ///< sum of 10^(LUFS / 10)
  int64_t short_term_values = 0;

  void merge(const LoudnessCell& later);
  /// The mean; -inf in silence.
  double short_term_lufs() const;
};

/// How much of a stretch is missing.
struct GapCell {
  int64_t samples = 0;
  void merge(const GapCell& later) { samples += later.samples; }
};

/// Numbers of the whole stream; NaN where it was too short for them.
struct OverviewTotals {
  double integrated_lufs, range_lu, true_peak;
  int64_t gap_samples = 0;
};

class AudioOverview {
 public:
  /// More lanes than this would not be told apart: then all channels share one.
  static constexpr int kMaxLanes = 16;
  /// Throws Error(usage) when the spectrogram would lie above what the sample rate holds. Where loudness can't be
  /// measured (below 4000 Hz), its curves stay empty.
  AudioOverview(const StreamStart& stream, const OverviewOptions& options);

  void add(const Window& window);
  /// No window comes any more.
  void finish();

  AudioFormat format() const { return format_; }
  const FrequencyAxis& frequencies() const { return axis_; }
  /// Length of the time line: real samples and gaps.
  int64_t end_sample() const { return next_sample_; }
  std::optional<int64_t> start_wallclock_us() const { return start_wallclock_us_; }

  /// One a channel, or one for all of them.
  const std::vector<LevelEnvelope>& lanes() const { return lanes_; }
  const PooledSpectrogram& spectrogram() const { return *spectrogram_; }
  const PooledTimeline<LoudnessCell>& loudness() const { return loudness_; }
  const PooledTimeline<GapCell>& gaps() const { return gaps_; }
  /// After finish().
  const OverviewTotals& totals() const { return totals_; }

 private:
  void add_gap(int64_t end_sample);
  void measure_loudness(std::span<const double> interleaved);

  AudioFormat format_;
  FrequencyAxis axis_;
  std::vector<LevelEnvelope> lanes_;
  std::unique_ptr<PooledSpectrogram> spectrogram_;
  std::unique_ptr<LoudnessMeter> meter_;
  PooledTimeline<LoudnessCell> loudness_;
  PooledTimeline<GapCell> gaps_;
  OverviewTotals totals_;
  std::optional<int64_t> start_wallclock_us_;
  int64_t next_sample_ = 0;
  bool is_begun_ = false;
  std::vector<std::vector<double>> planes_;
  std::vector<double> interleaved_;
};

}  // namespace astream
