// Objects of stores by their names (s3://BUCKET/KEY and the like), and where they lie on the web for now.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace astream {

/// BUCKET and KEY of a name; the key is taken as it stands, no character of it is encoded.
struct CloudName {
  std::string bucket;
  std::string key;
};

/// An address on the web and what goes with it, all to be kept secret.
struct CloudLink {
  std::string url;
  std::string token;                 ///< to be sent as "Authorization: Bearer", to that host only; may be empty
  std::vector<std::string> secrets;  ///< besides what stands in the URL
  std::string hint;                  ///< what to try when the server refuses it
};

/// Throws Error(usage) when `uri` has no bucket, or one that can't be.
CloudName split_cloud_name(std::string_view uri);

/// One that may stand in a header. Throws Error(usage) for others.
std::string checked_token(std::string token, const std::string& origin);

/// Names and values as they are, not encoded.
using CloudParameters = std::vector<std::pair<std::string, std::string>>;
/// "a=b&c=d", percent-encoded.
std::string joined_query(const CloudParameters& parameters);

/// A part of what a bucket holds.
struct CloudPart {
  std::string prefix;          ///< of the keys
  bool is_one_folder = false;  ///< without what lies in folders below the prefix
  std::string continuation;    ///< as the part before told, "" for the first
};
/// "SCHEME://BUCKET?list-type=2&...", which names the list itself.
std::string cloud_list_uri(const std::string& scheme, const std::string& bucket, const CloudPart& part);

/// The same, taken apart.
struct CloudQuery {
  std::string bucket;
  CloudParameters parameters;
};
CloudQuery split_cloud_list(const std::string& uri);

}  // namespace astream
