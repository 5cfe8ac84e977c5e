// This thread's characters are UTF-8 as long as a Utf8Locale lives, whatever the environment says: for libraries that
// convert names by the locale. Where the system has no such locale, nothing changes. utf8_locale_posix.cpp.
#pragma once

namespace astream {

class Utf8Locale {
 public:
  Utf8Locale();
  ~Utf8Locale();
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  void* previous_ = nullptr;
};

}  // namespace astream
