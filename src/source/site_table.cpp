#include "source/site_table.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "source/media_extensions.hpp"

namespace astream {

namespace {

constexpr auto kHosts = std::to_array<std::string_view>(
    {"youtube.com", "youtu.be", "youtube-nocookie.com", "soundcloud.com", "vimeo.com", "twitch.tv", "mixcloud.com",
     "bandcamp.com", "dailymotion.com", "dai.ly", "audiomack.com", "hearthis.at", "rumble.com", "odysee.com",
     "tiktok.com", "instagram.com", "x.com", "twitter.com"});

}  // namespace

std::span<const std::string_view> site_hosts() {
  return kHosts;
}

bool is_site_page(std::string_view uri) {
  const std::string scheme = uri_scheme(uri);
  if ((scheme != "http" && scheme != "https") || !has_authority(uri)) return false;
  const std::string_view rest = uri.substr(scheme.size() + 3);
  const size_t authority_bytes = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, authority_bytes);
  const std::string host = lower_case(authority.substr(authority.rfind('@') + 1));  // npos + 1 is 0
  const std::string name = host.substr(0, host.find(':'));
  const std::string_view path = rest.substr(authority_bytes, rest.find_first_of("?#") - authority_bytes);
  const bool is_known = std::any_of(kHosts.begin(), kHosts.end(), [&](std::string_view site) {
    return name == site || name.ends_with("." + std::string(site));
  });
  const Extension extension = extension_of(path);
  return is_known && path.size() > 1 && !has_media_extension(path) && extension.view() != "m3u8" &&
         extension.view() != "mpd";
}

}  // namespace astream
