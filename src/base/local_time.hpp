// The calendar: instants as local or UTC dates, and back. One implementation per system: local_time_posix.cpp.
//
// Local time follows the TZ of the environment, summer time included. From any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace astream {

/// Now, in microseconds since 1970 UTC.
inline int64_t utc_now_us() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

/// The date and time of an instant, seconds since 1970 UTC.
std::tm calendar_time(int64_t seconds, bool is_utc);

/// How far local time is ahead of UTC at that instant.
int64_t utc_offset_s(int64_t seconds, bool is_utc);

/// The instant of a date and time, whose fields may be out of their range (hour 24); of two the one the system takes.
int64_t instant_of(std::tm date, bool is_utc);

}  // namespace astream
