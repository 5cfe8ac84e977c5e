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
  /// Ends the file, patching its header where that is possible.
  void finish();

  /// Whether `container` wants its codec's header apart from the packets.
  static bool wants_global_header(const std::string& container);

 private:
  void check(int code, const char* doing);

  IoOutput io_;
  UniqueOutputFormat format_;
  AVRational time_base_;
  bool is_finished_ = false;
};

}  // namespace astream::av
