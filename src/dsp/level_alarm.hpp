// Silence alarm and noise alarm: tells when the level of a stream stays under (or over) a threshold.
//
// The level is the RMS of the loudest channel in blocks of 100 ms. An alarm is raised when it has been on the wrong
// side for the hold time, and ends with the first block that is 3 dB on the right side. What is missing of a stream
// counts as silence. Pure; one object a stream; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/audio.hpp"

namespace astream {

struct LevelAlarmOptions {
  double threshold_db = -40;  ///< dBFS
  bool is_over = false;       ///< a noise alarm; else one of silence
  double hold_s = 0;          ///< so long before it is raised, at least a block
};

/// What changed. The stretch that the alarm is about begins at `start_sample` of what was fed.
struct AlarmChange {
  bool is_raised = false;
  int64_t start_sample = 0;
  int64_t length_samples = 0;  ///< so far; when it ended: of all of it
  double level_db = 0;         ///< RMS of the loudest channel over that length; -inf where nothing was there
};

class LevelAlarm {
 public:
  LevelAlarm(AudioFormat format, LevelAlarmOptions options);

  /// Interleaved samples; changes are added to `changes`.
  void process(std::span<const float> samples, std::vector<AlarmChange>& changes);
  /// Samples that did not come.
  void missing(int64_t samples, std::vector<AlarmChange>& changes);
  /// By the clock, `samples` have not come since the last ones and may still come: raises the alarm if they count.
  void stalled(int64_t samples, std::vector<AlarmChange>& changes);
  /// The end: an alarm that is on ends here.
  void finish(std::vector<AlarmChange>& changes);

  bool is_raised() const { return is_raised_; }

 private:
  void close_block(int64_t samples, std::vector<AlarmChange>& changes);
  void raise(std::vector<AlarmChange>& changes);
  void end_stretch();
  void next_block(int64_t samples);
  AlarmChange change(bool is_raised) const;
  bool is_wrong(double db) const;

  AudioFormat format_;
  LevelAlarmOptions options_;
  int64_t block_samples_;
  int64_t hold_samples_;
  std::vector<double> block_;    ///< sums of squares of the open block, a channel each
  int64_t block_filled_ = 0;     ///< samples in it
  int64_t position_ = 0;         ///< samples before it
  std::vector<double> stretch_;  ///< sums of squares of the stretch
  int64_t stretch_start_ = 0;
  int64_t stretch_samples_ = 0;  ///< 0: the level is on the right side
  int64_t stalled_samples_ = 0;  ///< its length by the clock when it was raised by that
  bool is_raised_ = false;
};

}  // namespace astream
