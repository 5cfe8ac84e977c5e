#include "source/aws_settings.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace astream {

namespace {

std::string_view without_edges(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kWhite), text.size()));
  return text.substr(0, text.find_last_not_of(kWhite) + 1);
}

/// The two files, as far as they are there.
class AwsFiles {
 public:
  explicit AwsFiles(const UserWorld& world) : profile_(world.first_of({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"})) {
    const auto read = [&world](const char* variable, const char* usual) {
      const std::string named = world.first_of({variable});
      return world.file(named.empty() ? world.in_home(usual) : named).value_or("");
    };
    credentials_ = read("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
    config_ = read("AWS_CONFIG_FILE", ".aws/config");
    is_chosen_ = !profile_.empty();
    if (!is_chosen_) profile_ = "default";
  }

  /// Of the profile, "" when neither has it.
  std::string value(std::string_view key) const {
    if (const auto found = find_setting(credentials_, profile_, key)) return *found;
    if (const auto found = find_setting(config_, "profile " + profile_, key)) return *found;
    return profile_ == "default" ? find_setting(config_, profile_, key).value_or("") : "";
  }
  bool has_profile() const {
    return find_setting(credentials_, profile_, "") || find_setting(config_, "profile " + profile_, "") ||
           (profile_ == "default" && find_setting(config_, profile_, ""));
  }
  const std::string& profile() const { return profile_; }
  bool is_chosen() const { return is_chosen_; }

 private:
  std::string profile_;
  bool is_chosen_ = false;
  std::string credentials_;
  std::string config_;
};

void read_profile_keys(const AwsFiles& files, AwsSettings& settings) {
  const AwsKeys keys{files.value("aws_access_key_id"), files.value("aws_secret_access_key"),
                     files.value("aws_session_token")};
  const std::string name = "the profile '" + files.profile() + "'";
  if (!keys.id.empty() && !keys.secret.empty()) {
    settings.keys = keys;
    settings.keys_origin = name;
    return;
  }
  constexpr std::array kIndirect = {"role_arn", "sso_session", "sso_start_url", "credential_process",
                                    "web_identity_token_file"};
  const bool is_indirect =
      std::any_of(kIndirect.begin(), kIndirect.end(), [&](const char* key) { return !files.value(key).empty(); });
  if (is_indirect) {
    throw Error(ErrorKind::usage, name + " of ~/.aws gets its keys in a way that astream can't follow", {},
                "put them into the environment: eval \"$(aws configure export-credentials --format env)\"");
  }
  if (files.is_chosen() && !files.has_profile()) {
    throw Error(ErrorKind::usage,
                "AWS_PROFILE names " + name + ", which is not in ~/.aws/credentials or ~/.aws/config");
  }
}

std::string without_end_slashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

std::optional<std::string> find_setting(std::string_view text, std::string_view section, std::string_view key) {
  bool is_inside = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::string_view plain = without_edges(line);
    if (plain.empty() || plain.starts_with('#') || plain.starts_with(';')) continue;
    if (plain.starts_with('[')) {
      is_inside = without_edges(plain.substr(1, plain.find(']') - 1)) == section;
      if (is_inside && key.empty()) return "";
      continue;
    }
    const bool is_nested = line.front() == ' ' || line.front() == '\t';
    const size_t equals = plain.find('=');
    if (!is_inside || is_nested || equals == std::string_view::npos) continue;
    if (lower_case(without_edges(plain.substr(0, equals))) == key) {
      return std::string(without_edges(plain.substr(equals + 1)));
    }
  }
  return std::nullopt;
}

AwsSettings read_aws_settings(const UserWorld& world) {
  const AwsFiles files(world);
  AwsSettings settings;
  settings.region = world.first_of({"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (settings.region.empty()) settings.region = files.value("region");
  settings.endpoint = world.first_of({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  if (settings.endpoint.empty()) settings.endpoint = files.value("endpoint_url");
  settings.endpoint = without_end_slashes(settings.endpoint);
  const std::string unsigned_wish = lower_case(world.first_of({"AWS_NO_SIGN_REQUEST"}));
  if (unsigned_wish == "yes" || unsigned_wish == "true" || unsigned_wish == "1") return settings;
  const AwsKeys keys{world.first_of({"AWS_ACCESS_KEY_ID"}), world.first_of({"AWS_SECRET_ACCESS_KEY"}),
                     world.first_of({"AWS_SESSION_TOKEN"})};
  if (keys.id.empty() || keys.secret.empty()) {
    read_profile_keys(files, settings);
  } else {
    settings.keys = keys;
    settings.keys_origin = "AWS_ACCESS_KEY_ID";
  }
  return settings;
}

}  // namespace astream
