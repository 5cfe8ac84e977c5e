// The calendar: instants as local or UTC dates, and back. One implementation per system: local_time_posix.cpp.
//
// Local time follows the TZ of the environment, summer time included. From any thread.
#pragma once

#include <cstdint>
#include <ctime>

namespace astream {

/// The date and time of an instant, seconds since 1970 UTC.
std::tm calendar_time(int64_t seconds, bool is_utc);

/// How far local time is ahead of UTC at that instant.
int64_t utc_offset_s(int64_t seconds, bool is_utc);

/// The instant of a date and time, whose fields may be out of their range (hour 24); of two the one the system takes.
int64_t instant_of(std::tm date, bool is_utc);

}  // namespace astream
