// The objects of a bucket that a pattern (s3://BUCKET/a/*.flac) or a folder (s3://BUCKET/a/) names, as a step of
// resolving.
//
// Lists are asked for part by part, when their turn comes; objects come in bytewise order.
#pragma once

#include <memory>

#include "source/resolve_step.hpp"
#include "source/resolver.hpp"

namespace astream {

/// True for a name in a store that can be listed, whose key has a '*', or ends in '/' or is empty.
bool is_cloud_list(const Input& input);

/// The objects, with the input's label and origin. `fetch` gets "SCHEME://BUCKET?list-type=2&...".
std::unique_ptr<ResolveStep> make_cloud_step(const Input& input, const Resolver::Fetch& fetch);

}  // namespace astream
