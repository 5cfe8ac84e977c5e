// Numbers of rows as text, appended to a buffer: never by the locale, fast enough for millions of values.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "formats/row_format_table.hpp"

namespace astream {

constexpr size_t kNumberRoom_chars = 64;

inline void append_integer(std::string& to, int64_t value) {
  char digits[kNumberRoom_chars];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

/// The shortest text that reads back as the same value of its type; `value` is finite.
inline void append_shortest(std::string& to, double value, bool is_double) {
  char digits[kNumberRoom_chars];
  const auto end = is_double ? std::to_chars(digits, digits + sizeof digits, value)
                             : std::to_chars(digits, digits + sizeof digits, static_cast<float>(value));
  to.append(digits, end.ptr);
}

/// Seconds with six decimals: they name every sample up to 384 kHz.
inline void append_seconds(std::string& to, double seconds) {
  constexpr int kDecimals = 6;
  char digits[kNumberRoom_chars];
  const auto end = std::to_chars(digits, digits + sizeof digits, seconds, std::chars_format::fixed, kDecimals);
  to.append(digits, end.ptr);
}

/// The moment of `row` that `anchor` names. A centred frame's time already is its centre.
inline double anchored_time_s(const Row& row, TimeAnchor anchor) {
  if (anchor == TimeAnchor::start || row.is_centred) return row.time_s;
  const double length_s = static_cast<double>(row.duration_samples) / row.rate_hz;
  return row.time_s + (anchor == TimeAnchor::center ? length_s / 2 : length_s);
}

}  // namespace astream
