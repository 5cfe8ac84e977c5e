// ftp:// and sftp:// - stored files on file servers.
#pragma once

#include <memory>

#include "av/media_target.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// Opened by a thread of its own (Source::wait_open). Throws Error(network | usage | open | decode) or Cancelled.
std::unique_ptr<Source> open_file_server(const Input& input, const OpenOptions& options);

/// What that opens; of sftp:// the connection is made already, and the server's key found good.
av::MediaTarget file_server_target(const Input& input, const OpenOptions& options);

}  // namespace astream
