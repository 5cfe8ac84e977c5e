// References in playlists, resolved against where the playlist itself was found.
#include <algorithm>
#include <string>

#include "base/uri.hpp"

namespace astream {

namespace {

/// The parts that RFC 3986 section 5.2 works on; the separators belong to the parts behind them.
struct UriParts {
  std::string_view scheme_and_authority;  ///< "http://host:80"
  std::string_view path;                  ///< "/a/b"
  std::string_view query;                 ///< "?x=1", "" when absent
};

UriParts split_uri(std::string_view uri) {
  uri = uri.substr(0, uri.find('#'));
  const size_t authority = uri.find("://") + 3;
  const size_t path = std::min(uri.find_first_of("/?", authority), uri.size());
  const size_t query = std::min(uri.find('?', path), uri.size());
  return {uri.substr(0, path), uri.substr(path, query - path), uri.substr(query)};
}

/// RFC 3986 section 5.2.4, for absolute paths.
std::string without_dot_segments(std::string_view path) {
  std::string result;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    const bool is_last = end == path.size();
    if (segment == "/." || segment == "/..") {
      if (segment == "/..") result.erase(std::min(result.rfind('/'), result.size()));
      if (is_last) result += '/';
    } else {
      result += segment;
    }
    path.remove_prefix(end);
  }
  return result;
}

/// Playlists hold file names as they are; what no URI may hold is encoded, what is encoded already stays.
std::string encode_illegal(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F) {
      result += percent_encode({&c, 1}, "");
    } else {
      result += c;
    }
  }
  return result;
}

std::string resolve_in_uri(std::string_view base, std::string_view reference) {
  const UriParts parts = split_uri(base);
  const std::string origin(parts.scheme_and_authority);
  const size_t path_end = std::min(reference.find_first_of("?#"), reference.size());
  const std::string_view path = reference.substr(0, path_end);
  const std::string_view behind_path = reference.substr(path_end);

  if (path.starts_with("//")) return origin.substr(0, origin.find(':') + 1) + std::string(reference);
  if (path.starts_with('/')) return origin + without_dot_segments(path) + std::string(behind_path);
  if (path.empty()) {
    const bool keeps_query = !behind_path.starts_with('?');
    return origin + std::string(parts.path) + std::string(keeps_query ? parts.query : "") + std::string(behind_path);
  }
  std::string merged(parts.path.substr(0, parts.path.rfind('/') + 1));
  if (merged.empty()) merged = "/";
  merged += path;
  return origin + without_dot_segments(merged) + std::string(behind_path);
}

/// The path that a "file:" URI names.
std::string path_of_file_uri(std::string_view uri) {
  std::string_view rest = uri.substr(uri.find(':') + 1);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));  // the host: empty or "localhost"
  }
  return percent_decode(rest);
}

std::string resolve_in_folder(std::string_view playlist, std::string_view reference) {
  std::string name(reference);
  // Playlists made on Windows: a backslash in a name that has no slash at all parts folders.
  if (name.find('/') == std::string::npos && !name.starts_with('\\')) std::replace(name.begin(), name.end(), '\\', '/');
  if (name.starts_with('/')) return name;
  return std::string(playlist.substr(0, playlist.rfind('/') + 1)) + name;
}

bool is_windows_drive(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() >= 3 && is_letter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
}

}  // namespace

std::string resolve_reference(std::string_view base, std::string_view reference) {
  const std::string scheme = uri_scheme(reference);
  // "Artist: Title.mp3" is a file name, not something of the scheme "artist".
  const bool is_uri = !scheme.empty() && !reference.substr(scheme.size() + 1).starts_with(' ');
  if (is_uri || is_windows_drive(reference)) return std::string(reference);
  if (uri_scheme(base) == "file") return resolve_in_folder(path_of_file_uri(base), reference);
  if (has_authority(base)) return resolve_in_uri(base, encode_illegal(reference));
  return resolve_in_folder(base, reference);
}

}  // namespace astream
