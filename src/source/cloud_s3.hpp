// s3://BUCKET/KEY - Amazon's object store, and servers like it (AWS_ENDPOINT_URL): signed where there are keys.
#pragma once

#include "source/cloud_link.hpp"
#include "source/user_world.hpp"

namespace astream {

/// Where the object lies, for the next hour. Throws Error(usage) for names and settings that can't be right.
CloudLink link_s3_object(const Input& input, const UserWorld& world);

/// Where a list of a bucket's objects lies (ListObjectsV2).
CloudLink link_s3_list(const CloudQuery& query, const UserWorld& world);

}  // namespace astream
