// Decodes one file on several threads, bit-identical to one: packets are read in order, cut into chunks, each chunk is
// decoded by a decoder of its own that first gets a few packets of pre-roll (their output is thrown away), and the
// results are joined in order. Only for codecs whose state is proven to be the in-order one after the pre-roll. Inside
// src/av only. A packet that changes the decoder's parameters (the next link of a chained Ogg file) ends this: from
// there on one decoder goes on.
//
// Used from one thread; the pool's threads see nothing but their chunk.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "av/demuxer.hpp"
#include "av/link_decoder.hpp"
#include "base/audio.hpp"
#include "base/worker_pool.hpp"

namespace astream::av {

/// How much a codec must decode before its output is that of an in-order run.
struct PreRoll {
  int packets = 0;        ///< at least so many packets before the chunk ...
  double duration_s = 0;  ///< ... and at least so much of their duration
};

/// The proven pre-roll of a codec, or nothing where it must be decoded in sequence (AAC: its noise substitution draws
/// from a generator whose state is the decoder's whole history).
std::optional<PreRoll> chunk_pre_roll(AVCodecID codec);

/// Decoded samples of one format, interleaved.
struct DecodedRun {
  AudioFormat format;
  std::shared_ptr<AVChannelLayout> layout;
  std::vector<float> samples;
};

class ChunkDecoder {
 public:
  /// Reads on from `demuxer`, of which `history` are the packets sent to the sequential decoder so far, in order. Both
  /// the demuxer and the pool must outlive it.
  ChunkDecoder(Demuxer& demuxer, WorkerPool& pool, int threads, PreRoll pre_roll, std::deque<UniquePacket> history);
  ~ChunkDecoder();

  /// The next run of samples; nothing at the end. What the demuxer throws comes after the samples before it.
  std::optional<DecodedRun> next();
  int64_t corrupt_packets() const { return corrupt_packets_ + (sequential_ ? sequential_->corrupt_packets() : 0); }

 private:
  struct Chunk;
  struct Decoded;
  static Decoded decode(const Chunk& chunk);
  void fill();
  std::unique_ptr<Chunk> read_chunk();
  void remember(const AVPacket& packet);
  void go_on_in_sequence();
  bool decode_in_sequence();

  Demuxer& demuxer_;
  bool is_ogg_;
  WorkerPool& pool_;
  size_t max_waiting_;
  PreRoll pre_roll_;
  std::deque<UniquePacket> history_;  ///< the packets before the next chunk: its pre-roll
  int64_t chunk_samples_;             ///< of the next chunk; grows, so that the first samples come soon
  bool is_ended_ = false;             ///< no more packets
  std::exception_ptr failure_;        ///< what the demuxer threw, for after the samples
  std::deque<std::future<Decoded>> waiting_;
  std::deque<DecodedRun> ready_;
  std::unique_ptr<LinkDecoder> sequential_;  ///< from where a chunk could not begin in the middle
  UniquePacket packet_{av_packet_alloc()};
  bool is_packet_kept_ = false;  ///< packet_ was read but belongs to what is decoded in sequence
  int64_t corrupt_packets_ = 0;
};

}  // namespace astream::av
