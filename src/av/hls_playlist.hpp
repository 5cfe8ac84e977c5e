// Media playlists of HLS as far as they tell the time: which segments they list, and when each was captured. Pure;
// libav 5.1 passes these tags over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace astream::av {

/// A segment of a media playlist (RFC 8216, section 4.3.2).
struct HlsSegment {
  std::string url;                      ///< absolute
  std::optional<int64_t> program_us;    ///< when its first sample was captured, microseconds since 1970 UTC
  bool has_date = false;                ///< a EXT-X-PROGRAM-DATE-TIME of its own says so (4.3.2.6)
  bool is_after_discontinuity = false;  ///< time stamps may begin anew with it (4.3.2.3)
};

struct HlsPlaylist {
  std::vector<HlsSegment> segments;
  bool is_ended = false;  ///< EXT-X-ENDLIST (4.3.3.4)
};

/// Reads the text of a media playlist that lies at `url`. Segments without a date have that of a neighbour, as far as
/// their lengths reach there without a discontinuity. No segments: it is a master playlist, or none at all.
HlsPlaylist read_hls_playlist(std::string_view text, const std::string& url);

}  // namespace astream::av
