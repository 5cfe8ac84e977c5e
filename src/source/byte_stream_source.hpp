// Sources that are a stream of bytes from another program: stdin and exec:.
#pragma once

#include <memory>

#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// "-": a container, an astream record stream (told by its first bytes), or raw samples with
/// "-?format=s16le&rate=16000&channels=1" (channels defaults to 1). Throws Error(usage | open | decode) or Cancelled.
std::unique_ptr<Source> open_stdin(const Input& input, const OpenOptions& options);

/// "exec:COMMAND": the standard output of COMMAND, run by the shell; the end of a COMMAND that failed is an Error.
std::unique_ptr<Source> open_exec(const Input& input, const OpenOptions& options);

}  // namespace astream
