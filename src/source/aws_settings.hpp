// What Amazon's own tools are told by the environment and by ~/.aws: keys, region, another server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/aws_signature.hpp"
#include "source/user_world.hpp"

namespace astream {

struct AwsSettings {
  std::optional<AwsKeys> keys;  ///< none: requests are not signed
  std::string keys_origin;      ///< for people: "AWS_ACCESS_KEY_ID", "the profile 'x'"
  std::string region;           ///< "" when it is told nowhere
  std::string endpoint;         ///< "http://host:port" of another server that speaks S3, "" for Amazon's
};

/// The environment (AWS_ACCESS_KEY_ID, ...) goes before the profile (AWS_PROFILE, "default") in the files. Throws
/// Error(usage) for a profile that is not there, or whose keys only Amazon's own tools can get.
AwsSettings read_aws_settings(const UserWorld& world);

/// The value of `key` in [section] of a file as Amazon's are, or nothing.
std::optional<std::string> find_setting(std::string_view text, std::string_view section, std::string_view key);

}  // namespace astream
