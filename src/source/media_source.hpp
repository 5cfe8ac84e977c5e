// Sources read by libav: files on disk and on web servers.
#pragma once

#include <memory>

#include "av/media_target.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// A file on disk (or a FIFO, a device): input.uri is its path. Throws Error(open | decode) or Cancelled.
std::unique_ptr<Source> open_path(const Input& input, const OpenOptions& options);

/// http:// and https://, by range requests where the server has them. Opened by a thread of its own
/// (Source::wait_open), as only the answer tells whether it is live. Throws Error(network | open | decode) or
/// Cancelled.
std::unique_ptr<Source> open_http(const Input& input, const OpenOptions& options);

/// The targets that the two open. Throws Error(open).
av::MediaTarget path_target(const Input& input, const OpenOptions& options);
av::MediaTarget http_target(const Input& input, const OpenOptions& options);

/// Whatever `target` says; `may_wait` tells that somebody else sets the pace.
std::unique_ptr<Source> open_media(av::MediaTarget target, const Input& input, bool may_wait);

/// A target with the options that are the same for all inputs.
av::MediaTarget make_target(std::string url, const OpenOptions& options);

/// The same for what is on the web: nothing but the web is reached from there, and the answer tells whether it is live.
av::MediaTarget make_web_target(std::string url, const OpenOptions& options);

/// The bytes of a playlist on the network (for the Resolver).
std::string fetch_playlist(const Input& input, const OpenOptions& options);

}  // namespace astream
