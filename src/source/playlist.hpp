// Reads playlists: m3u, m3u8, pls and xspf. Pure functions on bytes; nothing is opened here.
//
// Safe on hostile input: sizes and counts are limited, XML entities are refused. Throws Error(resolve).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/input.hpp"

namespace astream {

enum class PlaylistKind { none, m3u, m3u8, pls, xspf };

/// By the extension of a path, or of the path in an http(s) URI.
PlaylistKind playlist_kind(const Input& input);

/// One entry as it stands in the playlist, and its title as UTF-8 ("" when it has none).
struct PlaylistEntry {
  std::string reference;
  std::string title;
};

struct Playlist {
  bool is_hls = false;  ///< segments of one stream (#EXT-X-...), not a list of inputs: to be opened as it is
  std::vector<PlaylistEntry> entries;
};

/// Throws Error(resolve) when `bytes` are no such playlist, or too many entries; without a URI.
Playlist parse_playlist(PlaylistKind kind, std::string_view bytes);

/// Titles: one line without control characters; Latin-1 where the bytes are no UTF-8.
std::string title_text(std::string_view bytes);

/// The part of parse_playlist for XML (playlist_xspf.cpp).
Playlist parse_xspf(std::string_view bytes);

}  // namespace astream
