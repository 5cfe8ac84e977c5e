// What a level meter shows of a stream: peak, RMS, clipped samples and true peak of each channel, the loudness of the
// programme, and on request band levels and percentile levels; of the open interval, and of all that came.
//
// Channels are metered as they are. Loudness is that of all channels together (ITU-R BS.1770-5 weights by the number of
// channels). Values that are not finite count as 0. One object a stream; not thread-safe.
// Throws Error(usage) when the options make no sense.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/audio.hpp"
#include "dsp/features/loudness_meter.hpp"
#include "dsp/features/octave_filter_bank.hpp"
#include "dsp/percentile_levels.hpp"

namespace astream {

struct LevelMeterOptions {
  int bands_per_octave = 0;              ///< 1 or 3; 0: no bands
  std::vector<double> percentiles;       ///< 0..100: levels exceeded in that share of the time
  std::optional<double> calibration_db;  ///< dB SPL of 0 dBFS RMS: bands and percentiles become dB SPL
  bool is_aes17 = false;                 ///< RMS of a full-scale sine reads 0 dBFS, not -3.01
  bool is_dual_mono = false;             ///< loudness: one channel counts as two
};

/// A sample of at least this magnitude is clipped: the largest that 16 bits hold.
inline constexpr double kClip = 32767.0 / 32768;

class LevelMeter {
 public:
  LevelMeter(AudioFormat format, LevelMeterOptions options);

  /// Names of the values of a row: the same for every format.
  static std::vector<std::string> columns(const LevelMeterOptions& options);

  /// Interleaved samples.
  void process(std::span<const float> samples);
  /// Samples were lost: sliding windows begin anew.
  void gap() {
    if (loudness_) loudness_->gap();
  }

  /// Values of `columns()` of one channel since the last next_interval(), and of all that came.
  void interval_values(int channel, std::span<double> out);
  void total_values(int channel, std::span<double> out);
  void next_interval();

  int64_t interval_samples() const { return open_.samples; }
  int64_t total_samples() const { return total_.samples + open_.samples; }
  int64_t nonfinite_samples() const { return nonfinite_samples_; }

 private:
  struct ChannelSums {
    double peak = 0, true_peak = 0, sum_squares = 0;
    int64_t clipped_samples = 0;
    OctaveFilterBank::BandValues bands{};
  };
  struct Sums {
    std::vector<ChannelSums> channels;
    int64_t samples = 0;
    double momentary_lufs, short_term_lufs;  ///< largest
    void add(const Sums& other);
  };

  Sums empty_sums() const;
  void process_channel(size_t channel);
  void take_maxima();
  void write_values(const Sums& sums, size_t channel, std::span<double> out) const;

  AudioFormat format_;
  LevelMeterOptions options_;
  std::optional<LoudnessMeter> loudness_;  ///< absent where the rate is too low for it
  std::vector<OctaveFilterBank> filters_;
  std::vector<PercentileLevels> percentiles_;
  Sums open_, total_;
  int64_t nonfinite_samples_ = 0;
  std::vector<double> samples_, channel_;  ///< what is being worked at: all, one channel
};

}  // namespace astream
