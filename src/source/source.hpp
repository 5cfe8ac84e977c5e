// A source of audio: one opened input that gives blocks of interleaved float32 samples in its own rate and channels.
//
// A source is used from one thread. End is a value, failures are Errors. Blocks are borrowed until the next call.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/audio.hpp"
#include "base/track.hpp"
#include "dsp/mixer.hpp"

namespace astream {

using Clock = std::chrono::steady_clock;
using Tags = std::map<std::string, std::string>;

/// What a source knows of itself once it is open. Fields that are not known are empty or 0.
struct SourceInfo {
  AudioFormat format;                    ///< of the samples that read() gives
  std::string container;                 ///< "wav", "mp3", "tone", ...
  std::string codec;                     ///< "pcm_s16le", "mp3", ...
  std::string layout;                    ///< "stereo", "5.1(side)"
  int64_t bit_rate = 0;                  ///< bits per second of the coded audio, 0 if unknown
  std::vector<TrackInfo> tracks;         ///< all tracks of the container, where it has a list of them
  int bits = 0;                          ///< bits per sample of the coded audio, where the codec has such a number
  std::optional<double> duration_s;      ///< as the header has it: a hint, never relied on
  std::optional<int64_t> total_samples;  ///< exact, where the source knows
  Tags tags;
  bool is_live = false;  ///< comes at its own pace and can't be asked again
  /// Of a live source connected again, where the stream itself tells: what is missing since the connection before;
  /// what that has given is left out.
  std::optional<int64_t> missed_samples;
  bool may_wait = false;   ///< reads may block on somebody else (pipe, network, live)
  std::string label_hint;  ///< a name given by the content itself (a record stream's label); usually empty
};

/// What a live source is at. stalled: it is connected, but nothing has come for some seconds that should have.
enum class LiveState { connecting, live, stalled, reconnecting, ended };
std::string_view state_name(LiveState state);

/// How a live source is, at the moment of asking.
struct LiveHealth {
  LiveState state = LiveState::connecting;
  std::optional<double> silence_s;  ///< since the last block came; absent before the first
  double lag_s = 0;                 ///< audio that waits for its reader
  int64_t reconnects = 0;           ///< connections made anew, also those that the reader has not come to
  std::optional<double> drift_ppm;  ///< of its clock against ours; positive: it is fast
  double lost_s = 0;                ///< audio that the network or the sound system lost while it was connected
};

enum class ReadKind { data, would_block, end, format_changed, gap, tags };

/// data: samples; format_changed: `format` holds from now on; gap: samples are missing here, because the source did not
/// deliver them (`gap_samples`) or because the reader was too slow for them (`dropped_samples`); tags: `tags` changed.
struct ReadResult {
  ReadKind kind = ReadKind::end;
  std::span<const float> samples;
  AudioFormat format;
  int64_t gap_samples = 0;
  int64_t dropped_samples = 0;
  std::optional<int64_t> wallclock_us;  ///< data of a live source: when its first sample was captured or came in (UTC)
  Tags tags;
};

class Source {
 public:
  virtual ~Source() = default;
  /// Waits until the source is open, for those that are opened by a thread of their own: false at `deadline`. Throws
  /// what opening threw. info() and read() only after it gave true.
  virtual bool wait_open(Clock::time_point deadline) {
    (void)deadline;
    return true;
  }
  /// Whether it goes on by itself, in a thread of its own that notifies OpenOptions::wake_up: others may be read beside
  /// it, and its read() gives would_block at once where the deadline has passed. May become true when it is open.
  virtual bool runs_by_itself() const { return false; }
  /// Valid once open; constant but for format and tags.
  virtual const SourceInfo& info() const = 0;
  /// The next block. A live source returns would_block at `deadline`; a stored one may ignore it.
  /// After end it keeps returning end. After an Error the source is finished.
  virtual ReadResult read(Clock::time_point deadline) = 0;
  /// Tells a live source that less than `length` is of no use to its reader: it may let it sleep until so much is
  /// there, or for some 100 ms. Holds until it is told anew.
  virtual void want(Clock::duration length) { (void)length; }
  /// Moves so that the next data begins exactly at `sample` (0-based, in the source's rate, as an in-order run counts).
  /// false: this source can't; nothing has changed, and the caller reads on and drops.
  virtual bool seek(int64_t sample) {
    (void)sample;
    return false;
  }
  /// Whether seek() forward costs less than reading and dropping.
  virtual bool has_fast_seek() const { return false; }
  /// Total samples, once the end was seen.
  virtual std::optional<int64_t> end_sample() const { return std::nullopt; }
  /// FFmpeg's downmix for the channel layout of the current format, or nothing when the layout says nothing.
  virtual std::optional<MixMatrix> layout_mix(int out_channels) const {
    (void)out_channels;
    return std::nullopt;
  }
  /// After end: the next stream of an input that holds several one after the other (a record stream), or nullptr.
  virtual std::unique_ptr<Source> next_stream() { return nullptr; }
  /// A stream of the same input that began beside this one (in a record stream of live inputs), or nullptr. To be asked
  /// for after each read(): the sources of one input are read in turn, by deadlines that have passed.
  virtual std::unique_ptr<Source> take_sibling() { return nullptr; }
  /// How often a live source was connected anew before the data that was read last.
  virtual int64_t reconnects() const { return 0; }
  /// Of live sources only. From the reader's thread, also while it is opening.
  virtual std::optional<LiveHealth> health() const { return std::nullopt; }
  /// Packets that could not be decoded and were skipped so far.
  virtual int64_t corrupt_packets() const { return 0; }
  /// How often a capture device's driver has said so far that it lost samples; it does not know how many.
  virtual int64_t overflows() const { return 0; }
};

}  // namespace astream
