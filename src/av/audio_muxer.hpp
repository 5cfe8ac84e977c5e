// One audio track put into a container, through a ByteOutput. Inside src/av only.
//
// Every flush() leaves a file that plays up to there: pages, clusters and fragments are ended, and libav's buffer is
// handed on. Used from one thread.
#pragma once

#include <map>
#include <string>

#include "av/handles.hpp"
#include "av/io_output.hpp"
#include "base/byte_output.hpp"

namespace astream::av {

class AudioMuxer {
 public:
  /// `container` is a short name of libav ("ogg"). Throws Error(internal) where this libav lacks it, and Error(usage)
  /// where it can't hold `parameters`; `output` must outlive it. `tells_whole`: MP3 begins with a frame that tells the
  /// length, and what of it is no sound.
  AudioMuxer(ByteOutput& output, const std::string& container, const AVCodecParameters& parameters,
             AVRational time_base, const std::map<std::string, std::string>& tags, bool tells_whole = true);
  AudioMuxer(const AudioMuxer&) = delete;
  AudioMuxer& operator=(const AudioMuxer&) = delete;

  /// Takes the packet (which is then blank), its times in the time base given. Throws Error or what the output throws.
  void write(AVPacket& packet);
  void flush();
  /// Behind the last packet, in the time base given.
  int64_t end_pts() const { return end_pts_; }
  /// What stands from `pts` on (in the time base given) has another title: a chapter, where the container has them.
  /// Nothing where the title is the same.
  void begin_chapter(int64_t pts, const std::map<std::string, std::string>& tags);
  /// Ends the file, patching its header where that is possible.
  void finish();

  /// Whether `container` wants its codec's header apart from the packets.
  static bool wants_global_header(const std::string& container);
  /// Whether files of `container` may follow each other in one file, each with tags of its own: the links of Ogg.
  static bool makes_chains(const std::string& container);

 private:
  void add_chapter(int64_t pts, const std::string& title);
  void check(int code, const char* doing);

  IoOutput io_;
  UniqueOutputFormat format_;
  AVRational time_base_;
  bool is_ogg_;
  bool has_chapters_;
  std::string title_;    ///< of what is being written
  int64_t end_pts_ = 0;  ///< behind the last packet
  bool is_finished_ = false;
};

/// What people call a piece of music with these tags: "artist - title", or what there is of it. Radios tell both in
/// one.
std::string full_title(const std::map<std::string, std::string>& tags);

}  // namespace astream::av
