// Draws a picture of each stream of a run, when the stream ends: a Receiver for windows that lie end to end.
//
// The file's suffix says what it is: .png or .svg. Its name may hold {stream}, the number of the stream from 0, and
// {label} or {name}, its label; without either, the run may have one stream only, and further ones are refused
// (Error(usage)). The file is written beside and renamed when it is whole; one that exists is refused at the stream's
// start unless it may be overwritten. Streams may interleave. A stream that was broken off is drawn as far as it came.
#pragma once

#include <memory>
#include <string>

#include "formats/picture/picture_options.hpp"
#include "stream/receiver.hpp"

namespace astream {

/// Throws Error(usage) when the suffix is neither .png nor .svg.
void check_picture_path(const std::string& path);

/// Throws as check_picture_path(), and Error(output) when Cairo is missing.
std::unique_ptr<Receiver> make_picture_receiver(PictureOptions options, std::string path, bool may_overwrite);

/// Whether `path` tells the streams of a run apart.
bool has_stream_in_name(const std::string& path);

}  // namespace astream
