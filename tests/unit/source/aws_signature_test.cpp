// Signature Version 4 against the example that Amazon publishes, and the settings of its tools.
#include "source/aws_signature.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/error.hpp"
#include "source/aws_settings.hpp"

using namespace astream;

namespace {

using Names = std::map<std::string, std::string>;

UserWorld world_of(Names variables, Names files) {
  UserWorld world;
  const auto find = [](const Names& names, const std::string& name) {
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
  };
  world.variable = [=](const std::string& name) { return find(variables, name); };
  world.file = [=](const std::string& path) { return find(files, path); };
  world.program = [](const auto&) { return std::nullopt; };
  return world;
}

const std::chrono::system_clock::time_point kExampleDay =
    std::chrono::sys_days{std::chrono::year{2013} / std::chrono::May / 24};

}  // namespace

TEST_CASE("the example of the documentation of S3") {
  const AwsKeys keys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
  const std::string url = presign_get({"https://examplebucket.s3.amazonaws.com", "/test.txt", {}}, keys,
                                      {"us-east-1", kExampleDay, std::chrono::seconds(86400)});
  CHECK(url ==
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
        "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires="
        "86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST_CASE("parameters are signed in the order of their encoded names, with the token of temporary keys") {
  const AwsRequest request{"http://h:9000", "/b/", {{"prefix", "a b/+ü"}, {"list-type", "2"}}};
  const std::string url = presign_get(request, {"id", "secret", "to/ken=="}, {"eu-west-1", kExampleDay});
  CHECK(
      url.starts_with("http://h:9000/b/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=id%2F20130524%2Feu-west-1"));
  CHECK(url.find("&X-Amz-Security-Token=to%2Fken%3D%3D&X-Amz-SignedHeaders=host&list-type=2&prefix=a%20b%2F%2B%C3%BC&"
                 "X-Amz-Signature=") != std::string::npos);
}

TEST_CASE("the environment goes before the profile, the profile before nothing") {
  const Names files{{"/h/.aws/credentials",
                     "# keys\n[default]\naws_access_key_id = D\naws_secret_access_key=DS\n\n[ work ]\r\n"
                     "AWS_ACCESS_KEY_ID = W=1\r\naws_secret_access_key = WS\r\naws_session_token = WT\r\n"},
                    {"/h/.aws/config",
                     "[default]\nregion = eu-north-1\ns3 =\n  region = wrong\n[profile work]\nendpoint_url = "
                     "http://minio:9000/\n[profile sso]\nsso_session = x\n"},
                    {"/other", "[default]\naws_access_key_id=O\naws_secret_access_key=OS\n"}};
  const auto settings_with = [&](Names variables) {
    variables.emplace("HOME", "/h");
    return read_aws_settings(world_of(variables, files));
  };
  const AwsSettings usual = settings_with({});
  REQUIRE(usual.keys);
  CHECK(usual.keys->id + usual.keys->secret + usual.keys->session_token == "DDS");
  CHECK(usual.region == "eu-north-1");
  CHECK(usual.endpoint.empty());
  const AwsSettings work = settings_with({{"AWS_PROFILE", "work"}, {"AWS_DEFAULT_REGION", "us-west-2"}});
  CHECK(work.keys->id + work.keys->secret + work.keys->session_token == "W=1WSWT");
  CHECK(work.keys_origin == "the profile 'work'");
  CHECK(work.region == "us-west-2");
  CHECK(work.endpoint == "http://minio:9000");
  const AwsSettings given = settings_with({{"AWS_PROFILE", "work"},
                                           {"AWS_ACCESS_KEY_ID", "E"},
                                           {"AWS_SECRET_ACCESS_KEY", "ES"},
                                           {"AWS_ENDPOINT_URL", "http://a"},
                                           {"AWS_ENDPOINT_URL_S3", "http://b"}});
  CHECK(given.keys->id + given.keys->secret + given.keys->session_token == "EES");
  CHECK(given.endpoint == "http://b");
  CHECK(settings_with({{"AWS_SHARED_CREDENTIALS_FILE", "/other"}}).keys->id == "O");
  CHECK_FALSE(settings_with({{"AWS_NO_SIGN_REQUEST", "YES"}}).keys);
  CHECK_THROWS_WITH_AS(settings_with({{"AWS_PROFILE", "gone"}}),
                       "AWS_PROFILE names the profile 'gone', which is not in ~/.aws/credentials or ~/.aws/config",
                       Error);
  CHECK_THROWS_WITH_AS(settings_with({{"AWS_PROFILE", "sso"}}),
                       "the profile 'sso' of ~/.aws gets its keys in a way that astream can't follow", Error);
  const AwsSettings nobody = read_aws_settings(world_of({}, {}));
  CHECK_FALSE(nobody.keys);
  CHECK(nobody.region.empty());
}
