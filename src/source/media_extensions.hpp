// The one table of file name extensions that a folder is searched for: audio, and video that carries audio.
//
// A pure function, from any thread. Files of other names are opened when they are named outright or by a glob.
#pragma once

#include <cstddef>
#include <string_view>

namespace astream {

/// True when the name of `path` ends in an extension of the table, in upper or lower case.
bool has_media_extension(std::string_view path);

/// A short extension without its dot, lower-cased; held in place, as a folder may have a million names.
struct Extension {
  static constexpr size_t kMaxBytes = 8;
  char text[kMaxBytes] = {};
  size_t size = 0;
  std::string_view view() const { return {text, size}; }
};
/// The extension of the last part of `path`; empty when there is none or it is longer than any of the table.
Extension extension_of(std::string_view path);

}  // namespace astream
