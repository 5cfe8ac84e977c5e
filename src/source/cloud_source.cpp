#include "source/cloud_source.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "av/url_fetch.hpp"
#include "av/web_answer.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"
#include "source/cloud_gs.hpp"
#include "source/cloud_hf.hpp"
#include "source/cloud_s3.hpp"
#include "source/media_source.hpp"
#include "source/opening_source.hpp"
#include "source/renewed_source.hpp"
#include "source/resolver.hpp"
#include "source/user_world.hpp"

namespace astream {

namespace {

constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;

struct CloudStore {
  std::string_view scheme;
  CloudLink (*link)(const Input&, const UserWorld&, bool was_refused);
  CloudLink (*list)(const CloudQuery&, const UserWorld&, bool was_refused);
};

constexpr std::array kStores = {
    CloudStore{"s3", [](const Input& input, const UserWorld& world, bool) { return link_s3_object(input, world); },
               [](const CloudQuery& query, const UserWorld& world, bool) { return link_s3_list(query, world); }},
    CloudStore{"gs", link_gs_object, link_gs_list},
    CloudStore{"hf", [](const Input& input, const UserWorld& world, bool) { return link_hf_file(input, world); },
               nullptr},
};

const CloudStore& store_of(std::string_view scheme) {
  const auto* store =
      std::find_if(kStores.begin(), kStores.end(), [&](const auto& row) { return row.scheme == scheme; });
  if (store == kStores.end()) throw Error(ErrorKind::internal, "it is no object store");
  return *store;
}

void hide_link(const CloudLink& link) {
  for (const std::string& secret : link.secrets) hide_in_log(secret);
  for (const std::string& secret : uri_secrets(link.url)) hide_in_log(secret);
  if (!link.token.empty()) hide_in_log(link.token);
}

bool is_refusal(int status) {
  return status == kBadRequest || status == kUnauthorized || status == kForbidden;
}

/// What a store says of its own about a refusal (Hugging Face does), in brackets, or "".
std::string own_reason(const av::WebAnswer& answer) {
  const auto found = answer.headers.find("x-error-message");
  return found == answer.headers.end() ? "" : " (" + redact_text(to_utf8(found->second)) + ")";
}

Error refusal_error(int status, const CloudLink& link, const std::string& reason = {}) {
  return Error(ErrorKind::network, "the server answered " + std::to_string(status) + reason, {},
               status == kNotFound ? "check the name" : link.hint)
      .with_http_status(status);
}

std::string server_of(const std::string& url) {
  return url.substr(0, url.find_first_of("/?#", url.find("://") + 3));
}

/// Follows where the servers lead. A token is for the first server only, which often sends on to another by an address
/// that needs none; libav would take it along.
av::MediaTarget settle(const CloudLink& link, const OpenOptions& options) {
  constexpr int kMostHops = 5;
  hide_link(link);
  av::MediaTarget target = make_web_target(link.url, options);
  target.finds_live = false;
  target.is_link = true;
  if (link.token.empty()) return target;
  target.headers = "Authorization: Bearer " + link.token + "\r\n";
  for (int hop = 0; hop < kMostHops; ++hop) {
    const av::WebAnswer answer = av::ask_web(target);
    const auto place = answer.headers.find("location");
    if (answer.status < 300 || answer.status >= 400 || place == answer.headers.end()) {
      if (is_refusal(answer.status) || answer.status == kNotFound)
        throw refusal_error(answer.status, link, own_reason(answer));
      return target;
    }
    target.url = resolve_reference(target.url, place->second);
    for (const std::string& secret : uri_secrets(target.url)) hide_in_log(secret);
    if (server_of(target.url) != server_of(link.url)) {
      target.headers.clear();
      return target;
    }
  }
  throw Error(ErrorKind::network, "its redirects don't end");
}

/// Calls `use` with a link; once more where the store has another way in for those who were refused.
template <class Link, class Use>
auto with_link(const Link& make_link, const Use& use) {
  const CloudLink link = make_link(false);
  const auto told = [](const Error& error, const CloudLink& used) {
    return is_refusal(error.http_status()) ? refusal_error(error.http_status(), used) : error;
  };
  try {
    return use(link);
  } catch (const Error& error) {
    if (error.http_status() != kUnauthorized && error.http_status() != kForbidden) throw told(error, link);
    const CloudLink second = make_link(true);
    if (second.token == link.token) throw error.hint() == link.hint ? error : told(error, link);
    try {
      return use(second);
    } catch (const Error& again) {
      throw told(again, second);
    }
  }
}

std::unique_ptr<Source> open_stored(const Input& input, const OpenOptions& options) {
  const CloudStore& store = store_of(uri_scheme(input.uri));
  const UserWorld world = real_user_world(options);
  return with_link([&](bool was_refused) { return store.link(input, world, was_refused); },
                   [&](const CloudLink& link) { return open_media(settle(link, options), input, true); });
}

}  // namespace

av::MediaTarget cloud_target(const Input& input, const OpenOptions& options) {
  const UserWorld world = real_user_world(options);
  return settle(store_of(uri_scheme(input.uri)).link(input, world, false), options);
}

std::unique_ptr<Source> open_cloud(const Input& input, const OpenOptions& options) {
  return open_in_thread(options, [input](const OpenOptions& own) {
    const LinkOpener open = [input](const OpenOptions& renewed) { return open_stored(input, renewed); };
    return renew_links(own, shown_uri(input), open, open(own));
  });
}

bool is_listed_cloud(std::string_view scheme) {
  return std::any_of(kStores.begin(), kStores.end(),
                     [&](const CloudStore& store) { return store.scheme == scheme && store.list != nullptr; });
}

std::string fetch_cloud_list(const Input& list, const OpenOptions& options) {
  const CloudStore& store = store_of(uri_scheme(list.uri));
  const CloudQuery query = split_cloud_list(list.uri);
  const UserWorld world = real_user_world(options);
  return with_link([&](bool was_refused) { return store.list(query, world, was_refused); },
                   [&](const CloudLink& link) { return av::fetch_url(settle(link, options), kMaxPlaylistBytes); });
}

}  // namespace astream
