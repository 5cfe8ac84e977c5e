// The coded packets of one audio track as they are, without decoding them. Free of libav types.
//
// Used from one thread; errors as Error, cancellation as Cancelled.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "av/media_reader.hpp"
#include "av/media_target.hpp"

namespace astream::av {

class PacketReader {
 public:
  /// Opens, and decodes as much as tells the format. Throws Error or Cancelled.
  explicit PacketReader(MediaTarget target);
  ~PacketReader();
  PacketReader(const PacketReader&) = delete;
  PacketReader& operator=(const PacketReader&) = delete;

  /// Of what is live the tags change with the packets; the format with has_new_header().
  const MediaInfo& info() const;
  /// Reads the next packet, which stays until the next call; false at the end. info().missed_samples holds from the
  /// first one on.
  bool next();
  /// When the packet's first sample was captured, as the sender of a live stream tells it: microseconds since 1970 UTC.
  std::optional<int64_t> captured_us() const;
  /// How many samples the packet stands for.
  int64_t samples() const;
  /// Missing before the packet, by the time stamps. Where they jump back, nothing is.
  int64_t gap_samples() const;
  /// Whether packets of `other` can follow those of this one in one file: same codec, format and codec header.
  bool is_continued_by(const PacketReader& other) const;
  /// Whether the codec's header changed with this packet, so that it can't follow the last in one file.
  bool has_new_header() const;

  struct State;
  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
