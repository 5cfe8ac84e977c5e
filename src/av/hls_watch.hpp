// What libav's HLS demuxer opens and reads, watched for what it passes over: the dates in the playlists, and where in
// the bytes of a track each segment begins. Inside src/av only.
//
// libav puts the segments of a track together to one stream of bytes, in which AVPacket::pos counts. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "av/handles.hpp"
#include "av/hls_playlist.hpp"
#include "av/io_tap.hpp"

namespace astream::av {

class HlsWatch {
 public:
  HlsWatch() = default;
  HlsWatch(const HlsWatch&) = delete;
  HlsWatch& operator=(const HlsWatch&) = delete;

  /// Sets what the demuxer must be opened with: a connection that is used again can't be watched.
  static void set_options(Dictionary& options) { options.set("http_persistent", "0"); }
  /// The first playlist, opened at `url`: gives what libav is to read in the place of `inner`.
  AVIOContext* watch_first(AVIOContext* inner, const std::string& url);
  /// To be called of all that `format` has opened: gives what libav is to read in the place of `inner`.
  AVIOContext* opened(AVFormatContext& format, AVIOContext* inner, const std::string& url);
  /// To be called of all that libav closes: what is to be closed by its own means.
  AVIOContext* closed(AVIOContext* context);

  /// The segment that begins with `packet`, the next of the track; nothing when it is in the middle of one.
  std::optional<HlsSegment> segment_begun_by(const AVPacket& packet);

 private:
  struct Start {
    int64_t position_bytes = 0;
    HlsSegment segment;
  };
  /// The bytes of one playlist's segments, as libav has put them together.
  struct Track {
    std::string playlist;
    int first_stream = 0;  ///< of those that libav made of it
    int64_t position_bytes = 0;
    bool has_positions = true;
    std::deque<Start> starts;
  };
  struct Listed {
    std::string playlist;
    HlsSegment segment;
  };
  struct Text {
    std::string playlist;  ///< its URL, as libav asked for it
    std::string bytes;
    AVIOContext* inner = nullptr;
  };
  struct Watched {
    Text text;  ///< of a playlist
    std::optional<IoTap> tap;
  };

  AVIOContext* watch_text(AVIOContext* inner, const std::string& url);
  AVIOContext* watch_segment(AVIOContext* inner, Track& track, const HlsSegment& segment);
  void take_text(Text& text);
  Track& track_of(const std::string& playlist, int first_stream);
  Track* track_of_stream(int stream_index);

  std::list<Watched> watched_;
  std::list<Track> tracks_;
  Track* selected_ = nullptr;             ///< the only one that is read from now on
  std::map<std::string, Listed> listed_;  ///< by the segment's URL
  bool is_all_ended_ = true;              ///< no playlist was seen that is still being written
};

}  // namespace astream::av
