#include "source/cloud_hf.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr const char* kForms = "write hf://datasets/ORG/NAME/PATH, or hf://ORG/NAME@REVISION/PATH for models";

/// Up to the next '/', which goes as well.
std::string take_part(std::string_view& rest) {
  std::string part(rest.substr(0, rest.find('/')));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

/// Those that the hub itself makes hold slashes: "refs/convert/parquet", "refs/pr/1".
std::string take_revision(const std::string& first, std::string_view& rest) {
  const bool is_ref = first == "refs" && (rest.starts_with("convert/") || rest.starts_with("pr/"));
  if (!is_ref) return percent_decode(first);
  const std::string kind = take_part(rest);
  return "refs/" + kind + "/" + take_part(rest);
}

std::string hf_token(const UserWorld& world) {
  const std::string given = world.first_of({"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"});
  if (!given.empty()) return checked_token(given, "HF_TOKEN");
  std::string path = world.first_of({"HF_TOKEN_PATH"});
  if (path.empty()) {
    const std::string home = world.first_of({"HF_HOME"});
    const std::string cache = world.first_of({"XDG_CACHE_HOME"});
    if (!home.empty()) {
      path = home + "/token";
    } else {
      path = cache.empty() ? world.in_home(".cache/huggingface/token") : cache + "/huggingface/token";
    }
  }
  return checked_token(world.file(path).value_or(""), path);
}

}  // namespace

CloudLink link_hf_file(const Input& input, const UserWorld& world) {
  std::string_view rest = std::string_view(input.uri).substr(input.uri.find(':') + 1);
  if (!rest.starts_with("//")) throw Error(ErrorKind::usage, "it needs two slashes", {}, kForms);
  rest.remove_prefix(2);
  std::string org = take_part(rest);
  std::string kind;
  if (org == "datasets" || org == "spaces" || org == "models") {
    if (org != "models") kind = "/" + org;
    org = take_part(rest);
  }
  std::string name = take_part(rest);
  std::string revision = "main";
  const size_t at = name.find('@');
  if (at != std::string::npos) {
    revision = take_revision(name.substr(at + 1), rest);
    name.resize(at);
  }
  if (org.empty() || name.empty() || revision.empty() || rest.empty()) {
    throw Error(ErrorKind::usage, "it names no file of a repository", {}, kForms);
  }
  std::string server = world.first_of({"HF_ENDPOINT"});
  if (server.empty()) server = "https://huggingface.co";
  while (server.ends_with('/')) server.pop_back();
  CloudLink link;
  link.url = server + kind + "/" + percent_encode(org, "") + "/" + percent_encode(name, "") + "/resolve/" +
             percent_encode(revision, "") + "/" + percent_encode(rest);
  link.token = hf_token(world);
  link.hint = link.token.empty() ? "it may be private: set HF_TOKEN, or log in by hf auth login"
                                 : "is the name right, and may this token read it?";
  return link;
}

}  // namespace astream
