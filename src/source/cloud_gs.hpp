// gs://BUCKET/OBJECT - Google's object store: public objects as they are, others with a token of the environment or of
// gcloud.
#pragma once

#include "source/cloud_link.hpp"
#include "source/user_world.hpp"

namespace astream {

/// Where the object lies. `was_refused`: without a token of gcloud it could not be had. Throws Error(usage) for names
/// and settings that can't be right.
CloudLink link_gs_object(const Input& input, const UserWorld& world, bool was_refused);

/// Where a list of a bucket's objects lies, in the form that Amazon's has.
CloudLink link_gs_list(const CloudQuery& query, const UserWorld& world, bool was_refused);

}  // namespace astream
