#include <locale.h>  // NOLINT(modernize-deprecated-headers): uselocale() is POSIX's
#include <clocale>
#include <initializer_list>
#ifdef __APPLE__
#include <xlocale.h>
#endif

#include "base/utf8_locale.hpp"

namespace astream {

namespace {

/// Made once, as it reads files; nullptr where there is none.
locale_t utf8_locale() {
  static const locale_t locale = [] {
    for (const char* name : {"C.UTF-8", "en_US.UTF-8"}) {
      const locale_t made = newlocale(LC_CTYPE_MASK, name, nullptr);
      if (made != nullptr) return made;
    }
    return locale_t{};
  }();
  return locale;
}

}  // namespace

Utf8Locale::Utf8Locale() {
  if (utf8_locale() != nullptr) previous_ = uselocale(utf8_locale());
}

Utf8Locale::~Utf8Locale() {
  if (previous_ != nullptr) uselocale(static_cast<locale_t>(previous_));
}

}  // namespace astream
