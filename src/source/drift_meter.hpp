// How fast a live source's clock runs against this computer's, from when its blocks come.
//
// Networks and sound systems only ever make a block late, so what counts is the block that came earliest (against the
// time line) in each half minute: the line through the first and the last of those is the drift. The idea is that of
// the minimum filter in NTP's clock selection (RFC 5905, section 10). Pure; not thread-safe.
#pragma once

#include <chrono>
#include <optional>

namespace astream {

class DriftMeter {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static constexpr std::chrono::seconds kSpan{30};

  /// A block whose end is at `position` of the time line came at `now`; times do not run backwards.
  void add(TimePoint now, Duration position);
  /// Forgets all: the time line begins anew.
  void reset() { *this = {}; }
  /// Parts per million; positive: the source is fast. Known after about a minute.
  std::optional<double> ppm() const;

 private:
  struct Earliest {
    TimePoint at;
    Duration offset{0};  ///< at - position
  };

  std::optional<TimePoint> span_start_;
  std::optional<Earliest> current_;  ///< of the span that runs
  std::optional<Earliest> first_;
  std::optional<Earliest> last_;
};

}  // namespace astream
