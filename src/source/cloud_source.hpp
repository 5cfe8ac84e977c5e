// s3://, gs:// and hf:// - stored objects, read over the web by addresses that are signed right before they are opened.
#pragma once

#include <memory>
#include <string>

#include "av/media_target.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// Opened by a thread of its own (Source::wait_open). An address that expires is made anew, and the object goes on at
/// its next sample.
std::unique_ptr<Source> open_cloud(const Input& input, const OpenOptions& options);

/// What that opens, for now.
av::MediaTarget cloud_target(const Input& input, const OpenOptions& options);

/// True for the schemes of object stores whose buckets can be listed.
bool is_listed_cloud(std::string_view scheme);

/// The store's answer (XML) to what `list` names (cloud_list_uri()). Throws Error(network | usage) or Cancelled.
std::string fetch_cloud_list(const Input& list, const OpenOptions& options);

}  // namespace astream
