// Members of tar and zip archives as sources.
#pragma once

#include <memory>

#include "av/media_target.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// The member that resolving found for "tar:PATH!NAME" or "zip:PATH!NAME"; where it was not resolved, the first one
/// that it stands for. Throws Error(open | resolve | decode) or Cancelled.
std::unique_ptr<Source> open_archive_member(const Input& input, const OpenOptions& options);

/// The target that it opens.
av::MediaTarget archive_member_target(const Input& input, const OpenOptions& options);

}  // namespace astream
