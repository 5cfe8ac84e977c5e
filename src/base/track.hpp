// What a header tells of one track of a file.
#pragma once

#include <string>

#include "base/audio.hpp"

namespace astream {

/// Rate and channels are 0, texts empty, where the header does not say.
struct TrackInfo {
  std::string kind;  ///< "audio", "video", "subtitle", "picture", "data"
  std::string codec;
  AudioFormat format;
  std::string layout;    ///< "stereo", "5.1(side)"
  std::string language;  ///< as tagged
  std::string title;
};

}  // namespace astream
