// Addresses signed for Amazon's S3 and what is like it: AWS Signature Version 4 in the query ("presigned").
//
// Pure functions.
#pragma once

#include <chrono>
#include <string>

#include "source/cloud_link.hpp"

namespace astream {

struct AwsKeys {
  std::string id;
  std::string secret;
  std::string session_token;  ///< of temporary keys, else ""
};

/// What is asked for: "https://HOST[:PORT]", the path (percent-encoded), and the parameters of the query, not encoded.
struct AwsRequest {
  std::string server;
  std::string path;
  CloudParameters parameters;
};

struct AwsScope {
  std::string region;
  std::chrono::system_clock::time_point now;
  std::chrono::seconds lifetime{3600};
};

/// The address by which everybody may GET it for that time.
std::string presign_get(const AwsRequest& request, const AwsKeys& keys, const AwsScope& scope);

}  // namespace astream
