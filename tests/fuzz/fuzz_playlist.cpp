// Playlists of any kind from any bytes: entries with one-line UTF-8 titles, or Error(resolve). The first byte chooses
// the kind.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/playlist.hpp"
#include "source/resolver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace astream;
  if (size == 0) return 0;
  constexpr PlaylistKind kKinds[] = {PlaylistKind::m3u, PlaylistKind::m3u8, PlaylistKind::pls, PlaylistKind::xspf};
  const PlaylistKind kind = kKinds[data[0] % 4];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    const Playlist playlist = parse_playlist(kind, bytes);
    if (playlist.entries.size() > kMaxPlaylistEntries) std::abort();
    for (const PlaylistEntry& entry : playlist.entries) {
      if (!is_utf8(entry.title) || entry.title.find('\n') != std::string::npos) std::abort();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::resolve) std::abort();
  }
  return 0;
}
