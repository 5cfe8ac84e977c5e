// One opened container: picks the audio track, gives its packets in order, seeks. Inside src/av only.
//
// No probing of seconds: the header says enough for most formats; where streams appear only in the data (MPEG-TS, FLV),
// packets are read until the first audio one, which is kept. Video is never decoded nor handed on.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "av/av_log.hpp"
#include "av/handles.hpp"
#include "av/hls_watch.hpp"
#include "av/io_context.hpp"
#include "av/media_target.hpp"
#include "av/packet_trail.hpp"
#include "av/sender_clock.hpp"
#include "av/stream_place.hpp"
#include "av/url_io.hpp"

namespace astream::av {

class Demuxer {
 public:
  /// Opens the target. Throws Error(open | network | decode) or Cancelled.
  explicit Demuxer(MediaTarget target);
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  AVFormatContext& format() const { return *format_; }
  AVStream& stream() const { return *format_->streams[stream_index_]; }
  /// Name of the demuxer's first short name: "wav", "mov", "ogg".
  std::string container() const;
  /// Those to choose from by --track; of an HLS variant or a DASH representation, its own.
  int audio_track_count() const;
  const MediaTarget& target() const { return target_; }
  bool is_seekable() const;
  /// How many bytes of sound a wav file's header states, unless that is a streaming writer's stand-in for "unknown".
  std::optional<int64_t> stated_wav_bytes() const { return stated_wav_bytes_; }
  /// Comes at its own pace: as the target says, or as it turned out.
  bool is_live() const { return target_.is_live; }
  /// Whether tags changed since it was asked last (a radio's title).
  bool takes_new_tags();
  /// Whether the time stamps may have begun anew since it was asked last (a discontinuity of HLS).
  bool takes_new_times() { return std::exchange(has_new_times_, false); }
  /// Of the whole input, -1 when unknown.
  int64_t size_bytes() const;
  /// When what stands at `place` was captured, as the sender of a live stream tells it: microseconds since 1970 UTC.
  std::optional<int64_t> captured_us(StreamPlace place, int rate_hz) const;
  /// Where this connection goes on from; nullptr where its time stamps can't tell.
  PacketTrail* trail() const;

  /// The next packet of the track into `packet`; false at the end. Throws Error when the input fails before its end.
  bool next(AVPacket& packet);
  /// Seeks to the last key packet at or before `timestamp` (in stream().time_base). false: not possible.
  bool seek(int64_t timestamp);

 private:
  void open_input();
  const AVInputFormat* choose_format();
  void select_track();
  std::string_view peek() const;
  bool holds_live_dash() const;
  bool may_be_hls() const;
  void look_at_variants();
  void read_until_audio();
  std::optional<int64_t> read_stated_wav_bytes();
  void settle_wav_codec();
  bool first_samples_hold_dts();
  int find_track() const;
  static int open_nested(AVFormatContext* format, AVIOContext** io, const char* url, int flags,
                         AVDictionary** options) noexcept;
  static int close_nested(AVFormatContext* format, AVIOContext* io) noexcept;
  void hear_sender(const AVPacket& packet);
  bool read_packet(AVPacket& packet);
  void check_whole_body() const;
  [[noreturn]] void fail(int code, const std::string& stage);

  MediaTarget target_;
  LogNotes notes_;
  Interrupt interrupt_;                // outlives the contexts that ask it
  std::optional<IoContext> bytes_io_;  // outlives format_, which reads through it
  UniqueIo url_io_;
  decltype(AVFormatContext::io_open) open_by_libav_ = nullptr;
  decltype(AVFormatContext::io_close2) close_by_libav_ = nullptr;
  std::optional<HlsWatch> hls_;  // outlives format_, likewise
  UniqueFormat format_;
  std::optional<SenderClock> sender_clock_;  ///< of what is live
  bool has_new_times_ = false;
  std::string mime_type_;  ///< as a web server told
  int stream_index_ = -1;
  int64_t opened_size_bytes_ = -1;  ///< as told at first; http forgets it when a resume fails
  std::optional<int64_t> stated_wav_bytes_;
  std::deque<UniquePacket> kept_;  ///< read while looking for the track
};

}  // namespace astream::av
