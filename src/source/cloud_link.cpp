#include "source/cloud_link.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

bool is_bucket_char(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' || c == '-' || c == '_';
}

}  // namespace

CloudName split_cloud_name(std::string_view uri) {
  const std::string scheme = uri_scheme(uri);
  std::string_view rest = uri.substr(scheme.size() + 1);
  if (!rest.starts_with("//")) {
    throw Error(ErrorKind::usage, "it needs two slashes", {}, "write " + scheme + "://BUCKET/NAME");
  }
  rest.remove_prefix(2);
  CloudName name;
  name.bucket = rest.substr(0, rest.find('/'));
  name.key = rest.substr(std::min(rest.size(), name.bucket.size() + 1));
  if (name.bucket.empty() || !std::all_of(name.bucket.begin(), name.bucket.end(), is_bucket_char)) {
    throw Error(ErrorKind::usage, "that is no name of a bucket", {},
                "write " + scheme + "://BUCKET/NAME; credentials come from the environment, not from the name");
  }
  return name;
}

std::string checked_token(std::string token, const std::string& origin) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.pop_back();
  while (!token.empty() && static_cast<unsigned char>(token.front()) <= ' ') token.erase(0, 1);
  const bool is_plain = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (is_plain) return token;
  throw Error(ErrorKind::usage, "the token of " + origin + " holds characters that no token has");
}

std::string joined_query(const CloudParameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += (text.empty() ? "" : "&") + percent_encode(name, "") + "=" + percent_encode(value, "");
  }
  return text;
}

std::string cloud_list_uri(const std::string& scheme, const std::string& bucket, const CloudPart& part) {
  CloudParameters parameters{{"list-type", "2"}, {"prefix", part.prefix}};
  if (part.is_one_folder) parameters.emplace_back("delimiter", "/");
  if (!part.continuation.empty()) parameters.emplace_back("continuation-token", part.continuation);
  return scheme + "://" + bucket + "?" + joined_query(parameters);
}

CloudQuery split_cloud_list(const std::string& uri) {
  SchemeParts parts = split_scheme(uri);
  return {parts.body, {parts.query.begin(), parts.query.end()}};
}

}  // namespace astream
