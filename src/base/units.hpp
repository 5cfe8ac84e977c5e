// Times, sizes and percentages as people type them on a command line. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace astream {

/// A length of time that was given in seconds or in samples; it becomes samples when the rate is known.
struct TimeSpec {
  double seconds = 0;              ///< used when `samples` is absent; >= 0
  std::optional<int64_t> samples;  ///< given as "16000smp"; >= 0

  /// Samples at `rate_hz`, rounded to nearest.
  int64_t samples_at(int rate_hz) const;
  bool operator==(const TimeSpec&) const = default;
};

/// Parses "1", "1.5s", "250ms", "40us", "2m", "1h", "1d", "HH:MM:SS.mmm", "MM:SS", "16000smp". Throws Error(usage) with
/// a message that names `what` (the option). Negative, empty, infinite or NaN values are refused.
TimeSpec parse_time(std::string_view text, std::string_view what);

/// An overlap: a time, or a share of the window.
struct OverlapSpec {
  std::optional<double> percent;  ///< 0 <= percent < 100
  TimeSpec time;                  ///< used when percent is absent
};

/// Parses "50%" or any time that parse_time accepts.
OverlapSpec parse_overlap(std::string_view text, std::string_view what);

/// Parses "44100", "44.1k", "48kHz", "16000Hz" to a rate in 1..kMaxRateHz.
int parse_rate_hz(std::string_view text, std::string_view what);

/// Parses "65536", "64k", "10M", "1.5G" (powers of 1024; an optional B or iB behind) to bytes.
int64_t parse_bytes(std::string_view text, std::string_view what);

/// "1:02:03.5", "0:07.25": seconds for people, with up to `decimals` decimals.
std::string format_clock(double seconds, int decimals = 0);

}  // namespace astream
