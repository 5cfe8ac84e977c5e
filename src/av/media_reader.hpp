// Audio of anything libav reads, as blocks of interleaved float32 in the track's own rate and channels. Free of libav
// types.
//
// Gapless: encoder delay and padding are trimmed, the decoder is drained. Positions are samples since the first one
// that an in-order run delivers. Used from one thread; errors as Error, cancellation as Cancelled.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "av/media_target.hpp"
#include "base/audio.hpp"
#include "base/track.hpp"
#include "dsp/mixer.hpp"

namespace astream::av {

struct MediaInfo {
  AudioFormat format;  ///< of the blocks
  std::string container;
  std::string codec;
  std::string layout;
  int bits = 0;
  int64_t bit_rate = 0;              ///< of the track, bits per second, 0 if unknown
  std::optional<double> duration_s;  ///< by the header
  std::map<std::string, std::string> tags;
  std::vector<TrackInfo> tracks;
  int audio_tracks = 0;
  bool is_seekable = false;
  bool is_live = false;  ///< comes at its own pace; as the target says, or as it turned out
  /// Of a live input connected again, where its time stamps tell: what is missing since the connection before. What
  /// that has given is left out.
  std::optional<int64_t> missed_samples;
};

/// tags: those of info() changed; only where it is live.
/// gap: gap_samples are missing here.
enum class BlockKind { data, end, format_changed, tags, gap };

/// A block; `samples` is borrowed until the next call.
struct Block {
  BlockKind kind = BlockKind::end;
  std::span<const float> samples;
  int64_t gap_samples = 0;
  std::optional<int64_t> captured_us =
      {};  ///< data: when the first sample was captured, as a live sender tells it; UTC
};

class MediaReader {
 public:
  /// Opens and decodes the first frame, so that the format is known. Throws Error or Cancelled.
  explicit MediaReader(MediaTarget target);
  ~MediaReader();
  MediaReader(const MediaReader&) = delete;
  MediaReader& operator=(const MediaReader&) = delete;

  const MediaInfo& info() const;
  Block read();
  /// The next data begins exactly at `sample`. Seeks where the container and codec are proven to be exact, else decodes
  /// up to there (from the start again when it lies behind). False, with nothing
  /// changed, where the input can't be read twice, or the format changes before `sample`.
  bool seek(int64_t sample);
  /// Whether seek() forward is cheaper than decoding.
  bool has_fast_seek() const;
  /// Total samples, once the end was seen.
  std::optional<int64_t> end_sample() const;
  std::optional<MixMatrix> layout_mix(int out_channels) const;
  int64_t corrupt_packets() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
