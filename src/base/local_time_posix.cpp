#include <time.h>  // NOLINT(modernize-deprecated-headers): localtime_r is POSIX

#include "base/local_time.hpp"

namespace astream {

std::tm calendar_time(int64_t seconds, bool is_utc) {
  const auto instant = static_cast<time_t>(seconds);
  std::tm date{};
  if (is_utc) {
    gmtime_r(&instant, &date);
  } else {
    localtime_r(&instant, &date);
  }
  return date;
}

int64_t utc_offset_s(int64_t seconds, bool is_utc) {
  return is_utc ? 0 : calendar_time(seconds, false).tm_gmtoff;
}

int64_t instant_of(std::tm date, bool is_utc) {
  if (is_utc) return timegm(&date);
  date.tm_isdst = -1;
  return mktime(&date);
}

}  // namespace astream
