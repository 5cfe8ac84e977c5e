// Ticks at round numbers, as many as there is room for. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "dsp/frequency_axis.hpp"

namespace astream {

struct Tick {
  double value = 0;
  std::string label;  ///< empty: a tick without a number
};

/// "−12", "0.05": with U+2212 for a minus, as many decimals as `step` needs.
std::string format_tick(double value, double step);

/// Multiples of 1, 2 or 5 times a power of ten within [low, high], at most `most` (>= 1) of them.
std::vector<Tick> linear_ticks(double low, double high, int most);
/// As linear_ticks(), by whole decibels.
std::vector<Tick> decibel_ticks(double low_db, double high_db, int most);

/// The ticks of 0..duration_s and the unit that they are in.
struct TimeTicks {
  std::vector<Tick> ticks;  ///< `value` in seconds
  std::string unit;         ///< "µs", "ms", "s", "min:s", "h:min", "h:min:s"
};
TimeTicks time_ticks(double duration_s, int most);

/// 1, 2 and 5 times powers of ten (linear: linear_ticks) where they are at least `least_distance` (share of the axis)
/// apart: "20", "1k", "12.5k"; between them, without labels, other multiples of powers of ten that have some room.
std::vector<Tick> frequency_ticks(const FrequencyAxis& axis, double least_distance);

}  // namespace astream
