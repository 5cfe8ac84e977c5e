// Blocks of interleaved float32 as a coded file: encoder and container in one. The counterpart of MediaReader, free of
// libav types.
//
// Gapless where the container tells delay and padding. Used from one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/audio.hpp"
#include "base/byte_output.hpp"

namespace astream::av {

struct MediaWriterOptions {
  std::string container;  ///< libav's short name: "flac", "ogg", "ipod"
  std::string codec;      ///< libav's name of the encoder: "flac", "libopus"
  AudioFormat format;
  int bits = 0;  ///< 16 or 24 for lossless codecs, 0 for those that take floats
  std::optional<int64_t> bit_rate;
  std::optional<double> quality;   ///< in the codec's own numbers
  std::optional<int> compression;  ///< likewise
  std::map<std::string, std::string> tags;
};

class MediaWriter {
 public:
  /// Throws Error(usage) for what the codec can't take. `output` must outlive it.
  MediaWriter(ByteOutput& output, const MediaWriterOptions& options);
  ~MediaWriter();
  MediaWriter(const MediaWriter&) = delete;
  MediaWriter& operator=(const MediaWriter&) = delete;

  /// Any number of samples. Throws what the output throws.
  void write(std::span<const float> samples);
  /// What is written from here on has other tags. Where that is another title, it is a chapter of Matroska, and another
  /// link of a chained Ogg file, which lasts a second at least: until then what it is called waits.
  void change_tags(const std::map<std::string, std::string>& tags);
  /// What was encoded so far is in the output, and plays.
  void flush();
  /// Drains the encoder and ends the file; nothing may follow.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
