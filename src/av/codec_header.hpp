// The header that a codec has beside its packets, and those that come as packets: each link of a chained Ogg stream
// begins with its own, which libav (5.1) hands on among the sound. Inside src/av only.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "av/handles.hpp"

namespace astream::av {

/// What must be the same for packets to be decoded with the same header: all of it; of Vorbis without the comments in
/// it, which tell no more than tags.
std::string decisive_header(const AVCodecParameters& parameters);

/// Gathers headers that come as packets. Used from one thread.
class LinkHeaders {
 public:
  /// Whether the packet is a header and no sound. Only for what comes out of Ogg.
  bool take(AVCodecID codec, const AVPacket& packet);
  /// Puts what was gathered into `parameters`, when it is whole; false where there is nothing new.
  bool put_into(AVCodecParameters& parameters);

 private:
  bool take_vorbis(std::string_view bytes);
  bool take_opus(std::string_view bytes);
  bool take_flac(std::string_view bytes);

  std::array<std::string, 3> vorbis_;  ///< identification, comments, setup
  std::string header_;                 ///< as AVCodecParameters have it, when it is whole
  int rate_hz_ = 0;
  int channels_ = 0;
};

}  // namespace astream::av
