#include "source/playlist.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/media_extensions.hpp"
#include "source/resolver.hpp"

namespace astream {

namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);  // npos + 1 is 0
}

/// Takes `prefix` (lower case) from the front of `text`, in any case.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  if (!std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return a == lower(b); }))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes a line from the front of `text`, without its end ("\n", "\r\n").
std::string_view take_line(std::string_view& text) {
  std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// "#EXTINF:123 logo="a,b",Artist - Title": what follows the first comma outside quotes.
std::string extinf_title(std::string_view attributes) {
  bool is_quoted = false;
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i] == '"') is_quoted = !is_quoted;
    if (attributes[i] == ',' && !is_quoted) return title_text(attributes.substr(i + 1));
  }
  return {};
}

Playlist parse_m3u(std::string_view text) {
  Playlist playlist;
  std::string title;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (trimmed(line).empty()) continue;
    if (!line.starts_with('#')) {
      if (playlist.entries.size() > kMaxPlaylistEntries) break;  // one too many: refused by the caller
      playlist.entries.push_back({std::string(line), std::exchange(title, {})});
      continue;
    }
    if (line.starts_with("#EXT-X-")) {
      playlist.is_hls = true;
      playlist.entries.clear();
      return playlist;
    }
    if (take_prefix(line, "#extinf:")) title = extinf_title(line);
  }
  return playlist;
}

/// Takes "File12=" from the front of `line` and gives the 12.
std::optional<int> take_numbered_key(std::string_view& line, std::string_view key) {
  std::string_view rest = line;
  if (!take_prefix(rest, key)) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc{}) return std::nullopt;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  if (!rest.starts_with('=')) return std::nullopt;
  line = rest.substr(1);
  return number;
}

Playlist parse_pls(std::string_view text) {
  std::map<int, PlaylistEntry> numbered;
  bool has_header = false;
  while (!text.empty() && numbered.size() <= kMaxPlaylistEntries) {
    std::string_view line = trimmed(take_line(text));
    std::string_view rest = line;
    if (take_prefix(rest, "[playlist]")) {
      has_header = true;
    } else if (const auto file = take_numbered_key(line, "file")) {
      numbered[*file].reference = trimmed(line);
    } else if (const auto title = take_numbered_key(line, "title")) {
      numbered[*title].title = title_text(line);
    }
  }
  if (!has_header) throw Error(ErrorKind::resolve, "this is no pls playlist: the line [playlist] is missing");
  Playlist playlist;
  for (auto& [number, entry] : numbered) {
    if (!entry.reference.empty()) playlist.entries.push_back(std::move(entry));
  }
  return playlist;
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

}  // namespace

std::string title_text(std::string_view bytes) {
  std::string text = is_utf8(bytes) ? std::string(bytes) : latin1_to_utf8(bytes);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return std::string(trimmed(text));
}

PlaylistKind playlist_kind(const Input& input) {
  std::string_view path = input.uri;
  if (!input.is_path) {
    const std::string scheme = uri_scheme(input.uri);
    if (scheme != "http" && scheme != "https") return PlaylistKind::none;
    path = path.substr(0, path.find_first_of("?#"));
    const size_t authority = path.find("://");
    if (authority == std::string_view::npos || path.find('/', authority + 3) == std::string_view::npos) {
      return PlaylistKind::none;  // "http://host.pls" has no path
    }
  }
  const Extension extension = extension_of(path);
  if (extension.view() == "m3u") return PlaylistKind::m3u;
  if (extension.view() == "m3u8") return PlaylistKind::m3u8;
  if (extension.view() == "pls") return PlaylistKind::pls;
  if (extension.view() == "xspf") return PlaylistKind::xspf;
  return PlaylistKind::none;
}

Playlist parse_playlist(PlaylistKind kind, std::string_view bytes) {
  if (bytes.size() > kMaxPlaylistBytes) {
    throw Error(ErrorKind::resolve, "the playlist is longer than " + std::to_string(kMaxPlaylistBytes) + " bytes");
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::resolve, "this is no playlist: it holds NUL bytes", "",
                "playlists are text in UTF-8; UTF-16 has to be converted");
  }
  Playlist playlist = kind == PlaylistKind::xspf  ? parse_xspf(bytes)
                      : kind == PlaylistKind::pls ? parse_pls(bytes)
                                                  : parse_m3u(bytes);
  if (playlist.entries.size() > kMaxPlaylistEntries) {
    throw Error(ErrorKind::resolve, "the playlist names more than " + std::to_string(kMaxPlaylistEntries) + " inputs",
                "", "a list of any length can be given with --files-from");
  }
  if (playlist.entries.empty() && !playlist.is_hls) {
    throw Error(ErrorKind::resolve, "the playlist names nothing to play");
  }
  return playlist;
}

}  // namespace astream
