// Where a recording goes on in another file. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.hpp"

namespace astream {

struct SplitOptions {
  std::optional<TimeSpec> time;
  std::optional<int64_t> size_bytes;
  bool is_at_clock = false;  ///< files begin where the clock shows a multiple of `time`
  bool is_utc = false;       ///< whose clock
  bool is_wanted() const { return time.has_value() || size_bytes.has_value(); }
};

/// The first instant behind `time_us` at which the clock shows a multiple of `period_s` since midnight; periods of an
/// hour or less go on evenly when summer time begins or ends, longer ones begin anew at each midnight. period_s must
/// divide a day. Microseconds since 1970 UTC.
int64_t next_clock_us(int64_t time_us, int64_t period_s, bool is_utc);

/// The first multiple of `period` samples behind `sample`, counted from `origin`.
int64_t next_multiple(int64_t sample, int64_t period, int64_t origin);

}  // namespace astream
