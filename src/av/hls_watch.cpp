#include "av/hls_watch.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

extern "C" {
#include <libavutil/opt.h>
}

namespace astream::av {

namespace {

constexpr std::string_view kHead = "#EXTM3U";
constexpr size_t kMostTextBytes = 8 << 20;
constexpr size_t kMostStarts = 100;

/// Where an http server has led to.
std::string location_of(AVIOContext* io, const std::string& asked) {
  uint8_t* value = nullptr;
  if (av_opt_get(io, "location", AV_OPT_SEARCH_CHILDREN, &value) < 0 || value == nullptr) return asked;
  std::string location = reinterpret_cast<const char*>(value);
  av_free(value);
  return location.empty() ? asked : location;
}

/// The URL without what libav puts in front of it where the segment is encrypted.
std::string plain_url(const std::string& url) {
  for (const std::string_view prefix : {"crypto+", "crypto:"}) {
    if (url.starts_with(prefix)) return url.substr(prefix.size());
  }
  return url;
}

}  // namespace

AVIOContext* HlsWatch::watch_first(AVIOContext* inner, const std::string& url) {
  return watch_text(inner, location_of(inner, url));
}

AVIOContext* HlsWatch::watch_text(AVIOContext* inner, const std::string& url) {
  Watched& watched = watched_.emplace_back();
  watched.text.playlist = url;
  watched.text.inner = inner;
  watched.tap.emplace(inner, [&text = watched.text](std::span<const uint8_t> bytes) {
    const std::string_view chunk(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool is_other = text.bytes.empty() && !chunk.starts_with(kHead);  // a key
    if (!is_other && text.bytes.size() + chunk.size() <= kMostTextBytes) text.bytes += chunk;
  });
  return watched.tap->context();
}

/// Takes what the playlist says now in the place of what it said before.
void HlsWatch::take_text(Text& text) {
  const std::string bytes = std::exchange(text.bytes, {});
  if (!bytes.starts_with(kHead)) return;
  HlsPlaylist playlist = read_hls_playlist(bytes, location_of(text.inner, text.playlist));
  if (playlist.segments.empty()) return;
  is_all_ended_ = is_all_ended_ && playlist.is_ended;
  std::erase_if(listed_, [&](const auto& entry) { return entry.second.playlist == text.playlist; });
  for (HlsSegment& segment : playlist.segments) {
    const std::string url = segment.url;
    const bool is_new = listed_.insert_or_assign(url, Listed{text.playlist, std::move(segment)}).second;
    // Of ranges of one file it can't be told which is read.
    if (!is_new) listed_[url].segment.program_us.reset();
  }
}

HlsWatch::Track& HlsWatch::track_of(const std::string& playlist, int first_stream) {
  const auto known =
      std::find_if(tracks_.begin(), tracks_.end(), [&](const Track& t) { return t.playlist == playlist; });
  if (known != tracks_.end()) return *known;
  Track& track = tracks_.emplace_back();
  track.playlist = playlist;
  track.first_stream = first_stream;
  return track;
}

HlsWatch::Track* HlsWatch::track_of_stream(int stream_index) {
  Track* found = nullptr;
  for (Track& track : tracks_) {
    if (track.first_stream <= stream_index) found = &track;
  }
  return found;
}

AVIOContext* HlsWatch::opened(AVFormatContext& format, AVIOContext* inner, const std::string& url) {
  for (Watched& watched : watched_) take_text(watched.text);
  const auto listed = listed_.find(plain_url(url));
  if (listed == listed_.end()) return watch_text(inner, url);
  if (is_all_ended_) {
    // Nothing will be read again; on connections that stay it goes quicker.
    av_opt_set_int(format.priv_data, "http_persistent", 1, 0);
    return inner;
  }
  const Listed& found = listed->second;
  Track& track = selected_ ? *selected_ : track_of(found.playlist, static_cast<int>(format.nb_streams));
  return watch_segment(inner, track, found.segment);
}

AVIOContext* HlsWatch::watch_segment(AVIOContext* inner, Track& track, const HlsSegment& segment) {
  Watched& watched = watched_.emplace_back();
  watched.tap.emplace(inner, [&track, segment, is_begun = false](std::span<const uint8_t> bytes) mutable {
    if (!std::exchange(is_begun, true)) {
      // Of packed audio libav leaves the tag at the beginning out, where the time stamp is (RFC 8216, section 3.4).
      const bool has_tag = bytes.size() >= 3 && std::equal(bytes.begin(), bytes.begin() + 3, "ID3");
      if (has_tag && track.position_bytes > 0) track.has_positions = false;
      if (track.has_positions) track.starts.push_back({track.position_bytes, segment});
      if (track.starts.size() > kMostStarts) track.starts.pop_front();
    }
    track.position_bytes += static_cast<int64_t>(bytes.size());
  });
  return watched.tap->context();
}

AVIOContext* HlsWatch::closed(AVIOContext* context) {
  const auto found = std::find_if(watched_.begin(), watched_.end(),
                                  [&](const Watched& watched) { return watched.tap->context() == context; });
  if (found == watched_.end()) return context;
  AVIOContext* const inner = found->tap->inner();
  take_text(found->text);
  watched_.erase(found);
  return inner;
}

std::optional<HlsSegment> HlsWatch::segment_begun_by(const AVPacket& packet) {
  if (selected_ == nullptr) selected_ = track_of_stream(packet.stream_index);
  if (selected_ == nullptr || packet.pos < 0) return std::nullopt;
  std::optional<HlsSegment> segment;
  std::deque<Start>& starts = selected_->starts;
  while (!starts.empty() && starts.front().position_bytes <= packet.pos) {
    segment = std::move(starts.front().segment);
    starts.pop_front();
  }
  return segment;
}

}  // namespace astream::av
