#include "source/cloud_s3.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/aws_settings.hpp"
#include "source/aws_signature.hpp"

namespace astream {

namespace {

constexpr const char* kDefaultRegion = "us-east-1";

bool is_region(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; });
}

bool is_web_server(const std::string& url) {
  const std::string scheme = uri_scheme(url);
  return (scheme == "http" || scheme == "https") && has_authority(url) &&
         url.find_first_of("?#@ ") == std::string::npos;
}

/// Which server is asked, and by which path. Names with dots have no certificate in front of Amazon's host, and other
/// servers seldom have names for buckets.
AwsRequest request_for(const AwsSettings& settings, const std::string& bucket, const std::string& key) {
  const std::string key_path = "/" + percent_encode(key);
  if (!settings.endpoint.empty()) {
    if (!is_web_server(settings.endpoint)) {
      throw Error(ErrorKind::usage, "AWS_ENDPOINT_URL is no http:// or https:// address of a server");
    }
    const size_t path =
        std::min(settings.endpoint.find('/', settings.endpoint.find("://") + 3), settings.endpoint.size());
    return {settings.endpoint.substr(0, path), settings.endpoint.substr(path) + "/" + bucket + key_path, {}};
  }
  if (!is_region(settings.region)) throw Error(ErrorKind::usage, "AWS_REGION is no name of a region");
  std::string host = settings.region.empty() ? "s3.amazonaws.com" : "s3." + settings.region + ".amazonaws.com";
  if (settings.region.starts_with("cn-")) host += ".cn";
  if (bucket.find('.') != std::string::npos) return {"https://" + host, "/" + bucket + key_path, {}};
  return {"https://" + bucket + "." + host, key_path, {}};
}

CloudLink link_request(const AwsRequest& request, const AwsSettings& settings, const UserWorld& world) {
  CloudLink link;
  if (!settings.keys) {
    link.url = request.server + request.path;
    if (!request.parameters.empty()) link.url += "?" + joined_query(request.parameters);
    link.hint =
        "no keys were found, and it is not public: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
    return link;
  }
  const AwsScope scope{settings.region.empty() ? kDefaultRegion : settings.region, world.now};
  link.url = presign_get(request, *settings.keys, scope);
  link.secrets = {settings.keys->secret};
  if (!settings.keys->session_token.empty()) link.secrets.push_back(settings.keys->session_token);
  link.hint = "the keys of " + settings.keys_origin + " don't open it, " +
              (settings.region.empty() ? "AWS_REGION is not set, " : "the region is not " + settings.region + ", ") +
              "or this machine's clock is wrong";
  return link;
}

}  // namespace

CloudLink link_s3_object(const Input& input, const UserWorld& world) {
  const CloudName name = split_cloud_name(input.uri);
  if (name.key.empty()) throw Error(ErrorKind::usage, "it names no object", {}, "write s3://BUCKET/KEY");
  const AwsSettings settings = read_aws_settings(world);
  return link_request(request_for(settings, name.bucket, name.key), settings, world);
}

CloudLink link_s3_list(const CloudQuery& query, const UserWorld& world) {
  const AwsSettings settings = read_aws_settings(world);
  AwsRequest request = request_for(settings, query.bucket, "");
  request.parameters = query.parameters;
  return link_request(request, settings, world);
}

}  // namespace astream
