#include "source/site_answer.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/playlist.hpp"
#include "source/resolver.hpp"

namespace astream {

namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

bool is_true(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

bool is_web(const std::string& url) {
  const std::string scheme = uri_scheme(url);
  return (scheme == "http" || scheme == "https") && has_authority(url);
}

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// "host" or "host:port" of an http(s) URL.
std::string authority_of(const std::string& url) {
  const size_t begin = url.find("://") + 3;
  const std::string authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  return authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0
}

/// ":port", or nothing. libav compares domains of cookies with the host and a port that was written out.
std::string port_of(const std::string& authority) {
  const size_t colon = authority.find(':', authority.rfind(']') + 1);  // npos + 1 is 0
  return colon == std::string::npos ? "" : authority.substr(colon);
}

std::vector<std::string> split_cookies(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (!part.empty() && is_one_line(part)) parts.emplace_back(part);
  }
  return parts;
}

/// "a=1; Domain=x; Path=/; b=2; ..." as a line for each cookie; where they tell no domain or path, of the host of
/// `url`.
std::string cookie_lines(std::string_view text, const std::string& url) {
  std::string lines;
  bool has_domain = true;
  bool has_path = true;
  const std::string authority = authority_of(url);
  const auto end_line = [&] {
    if (!has_domain) lines += "; Domain=" + authority;
    if (!has_path) lines += "; Path=/";
    if (!lines.empty()) lines += '\n';
  };
  for (const std::string& part : split_cookies(text)) {
    const std::string name = part.substr(0, part.find('='));
    if (name == "Expires" || name == "Version" || name == "Secure") continue;
    if (name == "Domain" || name == "Path") {
      lines += "; " + part + (name == "Domain" ? port_of(authority) : "");
      has_domain = has_domain || name == "Domain";
      has_path = has_path || name == "Path";
      continue;
    }
    end_line();
    lines += part;
    has_domain = has_path = false;
  }
  end_line();
  return lines;
}

void take_headers(const Json& json, SiteFormat& format) {
  format.cookies = cookie_lines(text_of(json, "cookies"), format.url);
  const auto headers = json.find("http_headers");
  if (headers == json.end() || !headers->is_object()) return;
  for (const auto& [name, value] : headers->items()) {
    if (!value.is_string() || !is_one_line(name) || !is_one_line(value.get<std::string>())) continue;
    // Compressed bodies are not for us; cookies must not follow a redirect to somebody else.
    if (name == "Accept-Encoding") continue;
    if (name == "Cookie") {
      format.cookies += cookie_lines(value.get<std::string>(), format.url);
    } else {
      format.headers += name + ": " + value.get<std::string>() + "\r\n";
    }
  }
}

std::optional<SiteFormat> read_format(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  SiteFormat format;
  const std::string protocol = text_of(json, "protocol");
  // Its pieces are listed one by one; the list that they come from is what can be opened.
  format.url = text_of(json, protocol == "http_dash_segments" ? "manifest_url" : "url");
  const bool has_audio = text_of(json, "acodec") != "none";
  if (!is_web(format.url) || !has_audio || protocol == "mhtml" || is_true(json, "has_drm")) return std::nullopt;
  format.id = text_of(json, "format_id");
  format.is_audio_only = text_of(json, "vcodec") == "none";
  format.rate_hz = static_cast<int>(number_of(json, "asr"));
  format.kilobits_per_s = number_of(json, "tbr");
  take_headers(json, format);
  return format;
}

SiteAnswer read_answer(const Json& json);

std::vector<SiteEntry> read_entries(const Json& json) {
  std::vector<SiteEntry> entries;
  const auto list = json.find("entries");
  if (list == json.end() || !list->is_array()) return entries;
  int item = 0;
  for (const Json& entry : *list) {
    ++item;
    if (!entry.is_object()) continue;
    if (entries.size() >= kMaxPlaylistEntries) throw Error(ErrorKind::resolve, "its list is too long");
    SiteEntry read{text_of(entry, "url"), title_text(text_of(entry, "title")), nullptr};
    const std::string type = text_of(entry, "_type");
    if (type != "url" && type != "url_transparent" && type != "playlist") {
      auto answer = std::make_shared<SiteAnswer>(read_answer(entry));
      const double place = number_of(entry, "playlist_index");
      answer->item = place >= 1 ? static_cast<int>(place) : item;
      read.url.clear();
      read.answer = std::move(answer);
    } else if (read.url.empty()) {
      read.url = text_of(entry, "webpage_url");
    }
    entries.push_back(std::move(read));
  }
  return entries;
}

SiteAnswer read_answer(const Json& json) {
  SiteAnswer answer;
  answer.title = title_text(text_of(json, "title"));
  answer.is_live = is_true(json, "is_live");
  answer.asked_at = std::chrono::steady_clock::now();
  const auto list = json.find("formats");
  if (list != json.end() && list->is_array()) {
    for (const Json& entry : *list) {
      if (auto format = read_format(entry)) answer.formats.push_back(std::move(*format));
    }
  } else if (auto format = read_format(json)) {
    answer.formats.push_back(std::move(*format));
  }
  return answer;
}

}  // namespace

SiteAnswer parse_site_answer(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object()) throw Error(ErrorKind::resolve, "yt-dlp's answer can't be read");
  const std::string type = text_of(parsed, "_type");
  if (type == "playlist" || type == "multi_video") {
    SiteAnswer answer;
    answer.title = title_text(text_of(parsed, "title"));
    answer.is_list = true;
    answer.entries = read_entries(parsed);
    return answer;
  }
  SiteAnswer answer = read_answer(parsed);
  if (answer.formats.empty()) {
    throw Error(ErrorKind::resolve, "yt-dlp knows no format of it that has sound and can be opened");
  }
  return answer;
}

const SiteFormat& choose_site_format(const SiteAnswer& answer, std::optional<int> wanted_rate_hz,
                                     const std::string& preferred_id) {
  if (answer.formats.empty()) throw Error(ErrorKind::resolve, "yt-dlp knows no format of it that has sound");
  const SiteFormat* best = &answer.formats.front();
  const auto rank = [&](const SiteFormat& format) {
    const bool is_enough = !wanted_rate_hz || format.rate_hz == 0 || format.rate_hz >= *wanted_rate_hz;
    const double size = format.kilobits_per_s > 0 ? format.kilobits_per_s : std::numeric_limits<double>::max();
    return std::tuple(format.is_audio_only, is_enough, format.is_audio_only ? 0.0 : -size);
  };
  for (const SiteFormat& format : answer.formats) {
    if (!preferred_id.empty() && format.id == preferred_id) return format;
    // Among equals the last: the best without pictures, of those with pictures none is better.
    if (rank(format) >= rank(*best)) best = &format;
  }
  return *best;
}

std::vector<std::string> site_secrets(const SiteFormat& format) {
  std::vector<std::string> secrets{format.url};
  const size_t question = format.url.find('?');
  if (question != std::string::npos) secrets.push_back(format.url.substr(question + 1));
  // Signatures stand in paths too; names of files and folders are shorter.
  constexpr size_t kLeastToken_bytes = 24;
  const size_t path_end = std::min(question, format.url.size());
  for (size_t begin = std::min(format.url.find('/', format.url.find("://") + 3), path_end); begin < path_end;) {
    const size_t end = std::min(format.url.find('/', begin + 1), path_end);
    if (end - begin > kLeastToken_bytes) secrets.push_back(format.url.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  for (const std::string& cookie : split_cookies(format.cookies.substr(0, format.cookies.find('\n')))) {
    const size_t equals = cookie.find('=');
    if (equals != std::string::npos && !cookie.starts_with("Domain=") && !cookie.starts_with("Path=")) {
      secrets.push_back(cookie.substr(equals + 1));
    }
  }
  return secrets;
}

}  // namespace astream
