// What a store answers when it is asked for the objects of a bucket: the XML of S3's ListObjectsV2, which others speak
// as well. Pure functions; safe on hostile input. Throws Error(resolve).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace astream {

struct CloudListing {
  std::vector<std::string> keys;  ///< in the order of the answer; no folders
  std::string continuation;       ///< to ask for the next part with; "" at the end
};

CloudListing parse_cloud_listing(std::string_view bytes);

}  // namespace astream
