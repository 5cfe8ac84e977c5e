// Names of objects and where they lie on the web.
#include "source/cloud_link.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/error.hpp"
#include "source/cloud_gs.hpp"
#include "source/cloud_hf.hpp"
#include "source/cloud_listing.hpp"
#include "source/cloud_s3.hpp"
#include "source/resolver.hpp"

using namespace astream;

namespace {

using Variables = std::map<std::string, std::string>;

UserWorld world_with(Variables variables, Variables files = {}, std::string gcloud = {}) {
  UserWorld world;
  const auto find = [](const Variables& names, const std::string& name) {
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
  };
  world.variable = [=](const std::string& name) { return find(variables, name); };
  world.file = [=](const std::string& path) { return find(files, path); };
  world.program = [=](const std::vector<std::string>&) {
    return gcloud.empty() ? std::nullopt : std::optional(gcloud);
  };
  return world;
}

Input named(std::string uri) {
  Input input;
  input.uri = std::move(uri);
  return input;
}

std::string s3_url(const std::string& uri, const Variables& variables = {}) {
  return link_s3_object(named(uri), world_with(variables)).url;
}

std::string hf_url(const std::string& uri, const Variables& variables = {}) {
  return link_hf_file(named(uri), world_with(variables)).url;
}

std::string page(const std::string& keys, const std::string& continuation = {}) {
  std::string text = "<?xml version='1.0'?><ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>";
  for (size_t at = 0; at < keys.size();) {
    const size_t end = std::min(keys.find(' ', at), keys.size());
    text += "<Contents><Owner><ID>x</ID></Owner><Key>" + keys.substr(at, end - at) + "</Key></Contents>";
    at = end + 1;
  }
  const bool has_more = !continuation.empty();
  text += has_more
              ? "<NextContinuationToken>" + continuation + "</NextContinuationToken><IsTruncated>true</IsTruncated>"
              : "<IsTruncated>false</IsTruncated>";
  return text + "</ListBucketResult>";
}

struct Store {
  std::map<std::string, std::string> answers;
  std::vector<std::string> asked;

  std::string resolve(const std::string& name) {
    Resolver resolver({name}, {}, [this](const Input& input) {
      asked.push_back(input.uri);
      if (!answers.contains(input.uri)) throw Error(ErrorKind::network, "no answer to " + input.uri);
      return answers.at(input.uri);
    });
    std::string text;
    while (const auto resolved = resolver.next()) {
      text += text.empty() ? "" : " ";
      if (resolved->failure) {
        try {
          std::rethrow_exception(resolved->failure);
        } catch (const Error& error) {
          text += "!" + error.message();
        }
      } else {
        text += (resolved->input.label.empty() ? "" : resolved->input.label + "=") + resolved->input.uri;
      }
    }
    return text;
  }
};

}  // namespace

TEST_CASE("where an object of S3 lies") {
  CHECK(s3_url("s3://b/a.wav") == "https://b.s3.amazonaws.com/a.wav");
  CHECK(s3_url("s3://b/a.wav", {{"AWS_REGION", "eu-west-1"}}) == "https://b.s3.eu-west-1.amazonaws.com/a.wav");
  CHECK(s3_url("s3://b/a", {{"AWS_REGION", "cn-north-1"}}) == "https://b.s3.cn-north-1.amazonaws.com.cn/a");
  CHECK(s3_url("s3://b.c/d/e", {{"AWS_REGION", "eu-west-1"}}) == "https://s3.eu-west-1.amazonaws.com/b.c/d/e");
  CHECK(s3_url("s3://b/a b+c#d?e%20ü/~*.wav") == "https://b.s3.amazonaws.com/a%20b%2Bc%23d%3Fe%2520%C3%BC/~%2A.wav");
  CHECK(s3_url("s3://b//a//b/../c") == "https://b.s3.amazonaws.com//a//b/../c");
  CHECK(s3_url("s3://b/a", {{"AWS_ENDPOINT_URL", "http://h:9/p/"}}) == "http://h:9/p/b/a");
  const Variables keys{{"AWS_ACCESS_KEY_ID", "ID"}, {"AWS_SECRET_ACCESS_KEY", "S"}};
  CHECK(s3_url("s3://b/a", keys).find("/us-east-1/") == std::string::npos);  // encoded
  CHECK(s3_url("s3://b/a", keys).find("%2Fus-east-1%2Fs3%2Faws4_request&") != std::string::npos);
}

TEST_CASE("names and settings that can't be right are refused") {
  for (const char* uri : {"s3:b/k", "s3://", "s3:///k", "s3://b", "s3://b/", "s3://id:secret@b/k", "s3://b ucket/k"}) {
    CAPTURE(uri);
    CHECK_THROWS_AS(s3_url(uri), Error);
  }
  CHECK_THROWS_AS(s3_url("s3://b/k", {{"AWS_REGION", "x.evil.example/"}}), Error);
  CHECK_THROWS_AS(s3_url("s3://b/k", {{"AWS_ENDPOINT_URL", "file:///etc"}}), Error);
  CHECK_THROWS_AS(hf_url("hf://o/n/f", {{"HF_TOKEN", "a\r\nX: y"}}), Error);
  for (const char* uri : {"hf:o/n/f", "hf://o/n", "hf://o/n/", "hf://datasets/o/n", "hf://o//f", "hf://o/n@/f"}) {
    CAPTURE(uri);
    CHECK_THROWS_AS(hf_url(uri), Error);
  }
}

TEST_CASE("where a file of Hugging Face lies") {
  CHECK(hf_url("hf://datasets/o/n/a/b c.wav") == "https://huggingface.co/datasets/o/n/resolve/main/a/b%20c.wav");
  CHECK(hf_url("hf://o/n@v1.0/x.flac") == "https://huggingface.co/o/n/resolve/v1.0/x.flac");
  CHECK(hf_url("hf://models/o/n/x") == "https://huggingface.co/o/n/resolve/main/x");
  CHECK(hf_url("hf://spaces/o/n@a%2Fb/x") == "https://huggingface.co/spaces/o/n/resolve/a%2Fb/x");
  CHECK(hf_url("hf://datasets/o/n@refs/convert/parquet/d/x") ==
        "https://huggingface.co/datasets/o/n/resolve/refs%2Fconvert%2Fparquet/d/x");
  CHECK(hf_url("hf://o/n/x", {{"HF_ENDPOINT", "http://h:1/"}}) == "http://h:1/o/n/resolve/main/x");
}

TEST_CASE("tokens of Hugging Face are found where its own tools leave them") {
  const Variables files{
      {"/h/.cache/huggingface/token", "home\n"}, {"/c/huggingface/token", "cache"}, {"/f/token", "hf"}, {"/p", "path"}};
  const auto token = [&](Variables variables) {
    variables.emplace("HOME", "/h");
    return link_hf_file(named("hf://o/n/x"), world_with(variables, files)).token;
  };
  CHECK(token({}) == "home");
  CHECK(token({{"XDG_CACHE_HOME", "/c"}}) == "cache");
  CHECK(token({{"HF_HOME", "/f"}}) == "hf");
  CHECK(token({{"HF_HOME", "/none"}}).empty());
  CHECK(token({{"HF_TOKEN_PATH", "/p"}, {"HF_HOME", "/f"}}) == "path");
  CHECK(token({{"HF_TOKEN", "given"}, {"HF_TOKEN_PATH", "/p"}}) == "given");
}

TEST_CASE("gcloud is asked only when a store has refused, and once") {
  const Input object = named("gs://b/a b.wav");
  CHECK(link_gs_object(object, world_with({}, {}, "t1"), false).token.empty());
  CHECK(link_gs_object(object, world_with({}, {}, "t1"), false).url == "https://storage.googleapis.com/b/a%20b.wav");
  CHECK(link_gs_object(object, world_with({}, {}, "t1"), true).token == "t1");
  CHECK(link_gs_object(object, world_with({}, {}, "t2"), false).token == "t1");
  CHECK(link_gs_object(object, world_with({}, {}, "t2"), true).token == "t2");
  CHECK(link_gs_object(object, world_with({{"GOOGLE_OAUTH_ACCESS_TOKEN", "g"}}, {}, "t2"), true).token == "g");
  CHECK(link_gs_object(object, world_with({{"STORAGE_EMULATOR_HOST", "h:1"}}), false).url == "http://h:1/b/a%20b.wav");
}

TEST_CASE("patterns and folders of a bucket are listed part by part") {
  Store store;
  store.answers["s3://b?list-type=2&prefix=a%20b%2F&delimiter=%2F"] = page("a%20b/1.wav a b/1.wav");
  const std::string first = "s3://b?list-type=2&prefix=d%2F";
  store.answers[first] = page("d/ d/1.flac d/notes.txt", "n+xt");
  store.answers[first + "&continuation-token=n%2Bxt"] = page("d/e/2.flac d/e/.3.flac");
  CHECK(store.resolve("s3://b/d/") == "s3://b/d/1.flac s3://b/d/e/2.flac s3://b/d/e/.3.flac");
  CHECK(store.resolve("x=s3://b/d/**/*.flac") == "x=s3://b/d/1.flac x=s3://b/d/e/2.flac");
  CHECK(store.resolve("s3://b/d/*/*") == "s3://b/d/e/2.flac");
  store.answers[first + "&delimiter=%2F"] = page("d/1.flac d/a*.wav d/a?.wav");
  CHECK(store.resolve("s3://b/d/{*.flac,a*}") == "s3://b/d/1.flac s3://b/d/a*.wav s3://b/d/a?.wav");
  CHECK(store.resolve("s3://b/d/*.ogg") == "!no object in the bucket matches it");
  store.asked.clear();
  CHECK(store.resolve("s3://b/d/a?.wav") == "s3://b/d/a?.wav");
  CHECK(store.resolve("hf://o/n/*.wav") == "hf://o/n/*.wav");
  CHECK(store.asked.empty());
  CHECK(store.resolve("s3://other") == "!no answer to s3://other?list-type=2&prefix=");
  store.answers["gs://b?list-type=2&prefix="] = page("x.wav");
  CHECK(store.resolve("gs://b") == "gs://b/x.wav");
}

TEST_CASE("lists that do not end, or are none") {
  Store store;
  store.answers["s3://b?list-type=2&prefix="] = page("x.wav", "t");
  store.answers["s3://b?list-type=2&prefix=&continuation-token=t"] = page("y.wav", "t");
  CHECK(store.resolve("s3://b/") == "s3://b/x.wav !the server's list does not end");
  CHECK_THROWS_AS(parse_cloud_listing("<Error><Code>x</Code></Error>"), Error);
  CHECK_THROWS_AS(parse_cloud_listing("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"), Error);
  CHECK_THROWS_AS(parse_cloud_listing("<!DOCTYPE a [<!ENTITY b 'c'>]><ListBucketResult/>"), Error);
  CHECK_THROWS_AS(parse_cloud_listing("{}"), Error);
}
