// ytdl:URL - what a page plays, found by yt-dlp.
#pragma once

#include <memory>

#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// The source is opened by a thread of its own (Source::wait_open). Its address is asked for right before it is opened,
/// and again when the server refuses it (403, 410): a recording goes on at its next sample, a broadcast as after any
/// loss.
std::unique_ptr<Source> open_site(const Input& input, const OpenOptions& options);

}  // namespace astream
