// Whole small documents (playlists) over libav's protocols. Free of libav types.
#pragma once

#include <string>

#include "av/media_target.hpp"

namespace astream::av {

/// The bytes behind target.url. Throws Error(network | resolve) when it can't be read or is larger than max_bytes.
std::string fetch_url(const MediaTarget& target, size_t max_bytes);

}  // namespace astream::av
