// How the bars of a level meter move: a peak that falls slowly, RMS over 300 ms, a peak that is held. Pure.
//
// The peak rises at once and falls 20 dB in 1.7 s (IEC 60268-10, type I); the held one stays for 2 s and then falls at
// that rate. Time comes from outside: that of the audio while it comes, of the clock while it does not.
#pragma once

#include <cstdint>

namespace astream {

class MeterBallistics {
 public:
  /// The next `seconds` have this peak magnitude and mean square; both 0 where nothing came.
  void advance(double seconds, double peak, double mean_square, int64_t clipped_samples);
  /// Forgets the held and the largest peak, and the clipped samples.
  void reset();

  /// dBFS; -inf at rest.
  double peak_db() const { return peak_db_; }
  double rms_db() const;
  double held_db() const { return held_db_; }
  /// The largest since the start or reset().
  double largest_db() const { return largest_db_; }
  int64_t clipped_samples() const { return clipped_samples_; }

 private:
  double peak_db_ = kSilence_db, held_db_ = kSilence_db, largest_db_ = kSilence_db;
  double mean_square_ = 0;
  double held_for_s_ = 0;
  int64_t clipped_samples_ = 0;

  static const double kSilence_db;
};

}  // namespace astream
