#include "source/cloud_gs.hpp"

#include <mutex>

#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

/// gcloud takes a second to answer: it is asked once, and again when its token is refused. Thread-safe.
class GcloudToken {
 public:
  std::string take(const UserWorld& world, bool is_wanted) {
    const std::lock_guard lock(mutex_);
    if (is_wanted) {
      token_ = world.program({"gcloud", "auth", "print-access-token", "--quiet"}).value_or("");
    }
    return token_;
  }

 private:
  std::mutex mutex_;
  std::string token_;
};

std::string gs_token(const UserWorld& world, bool was_refused) {
  const std::string given = world.first_of({"GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"});
  if (!given.empty()) return checked_token(given, "GOOGLE_OAUTH_ACCESS_TOKEN");
  static GcloudToken of_gcloud;
  return checked_token(of_gcloud.take(world, was_refused), "gcloud");
}

std::string gs_server(const UserWorld& world) {
  std::string server = world.first_of({"STORAGE_EMULATOR_HOST"});
  if (server.empty()) return "https://storage.googleapis.com";
  while (server.ends_with('/')) server.pop_back();
  return has_authority(server) ? server : "http://" + server;
}

CloudLink gs_link(const std::string& path_and_query, const UserWorld& world, bool was_refused) {
  CloudLink link;
  link.url = gs_server(world) + path_and_query;
  link.token = gs_token(world, was_refused);
  link.hint = link.token.empty() ? "it is not public: set GOOGLE_OAUTH_ACCESS_TOKEN, or log in by gcloud auth login"
                                 : "the token of GOOGLE_OAUTH_ACCESS_TOKEN or gcloud does not open it";
  return link;
}

}  // namespace

CloudLink link_gs_object(const Input& input, const UserWorld& world, bool was_refused) {
  const CloudName name = split_cloud_name(input.uri);
  if (name.key.empty()) throw Error(ErrorKind::usage, "it names no object", {}, "write gs://BUCKET/OBJECT");
  return gs_link("/" + name.bucket + "/" + percent_encode(name.key), world, was_refused);
}

CloudLink link_gs_list(const CloudQuery& query, const UserWorld& world, bool was_refused) {
  return gs_link("/" + query.bucket + "?" + joined_query(query.parameters), world, was_refused);
}

}  // namespace astream
