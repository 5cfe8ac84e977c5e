#include "source/media_extensions.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace astream {

namespace {

/// Sorted, for binary search.
constexpr auto kMediaExtensions = std::to_array<std::string_view>(
    {"3g2", "3ga",  "3gp", "8svx", "aa",  "aac",  "aax",  "ac3",  "adts",  "adx",  "aif", "aifc",   "aiff", "amr",
     "ape", "asf",  "au",  "avi",  "awb", "bwf",  "caf",  "dff",  "divx",  "dsf",  "dts", "dtshd",  "dv",   "eac3",
     "ec3", "f4a",  "f4v", "flac", "flv", "gsm",  "gxf",  "iff",  "ircam", "loas", "m1a", "m2a",    "m2ts", "m4a",
     "m4b", "m4p",  "m4r", "m4v",  "mka", "mkv",  "mlp",  "mov",  "mp1",   "mp2",  "mp3", "mp4",    "mpa",  "mpc",
     "mpe", "mpeg", "mpg", "mts",  "mxf", "nut",  "oga",  "ogg",  "ogm",   "ogv",  "ogx", "oma",    "opus", "qcp",
     "ra",  "rf64", "rm",  "rmvb", "sf",  "shn",  "snd",  "sph",  "spx",   "tak",  "thd", "truehd", "ts",   "tta",
     "vob", "voc",  "vqf", "w64",  "wav", "wave", "weba", "webm", "wma",   "wmv",  "wtv", "wv",     "xwma"});

}  // namespace

Extension extension_of(std::string_view path) {
  Extension extension;
  const size_t name = path.rfind('/') + 1;  // npos + 1 is 0
  const size_t dot = path.rfind('.');
  // The dot of ".wav" begins the name of a hidden file.
  if (dot == std::string_view::npos || dot <= name) return extension;
  const std::string_view text = path.substr(dot + 1);
  if (text.size() > Extension::kMaxBytes) return extension;
  for (const char c : text) extension.text[extension.size++] = lower(c);
  return extension;
}

bool has_media_extension(std::string_view path) {
  static_assert(std::is_sorted(kMediaExtensions.begin(), kMediaExtensions.end()));
  return std::binary_search(kMediaExtensions.begin(), kMediaExtensions.end(), extension_of(path).view());
}

}  // namespace astream
