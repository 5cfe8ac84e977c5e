// Raw samples from a stream of bytes: no container, each sample as soon as it has come. Free of libav types.
//
// Used from one thread; errors as Error, cancellation as Cancelled.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/audio.hpp"
#include "base/byte_input.hpp"

namespace astream::av {

/// "pcm_s16le" for "s16le", "pcm_alaw" for "alaw" ...; nothing for what is no raw sample format.
std::optional<std::string> raw_codec_name(std::string_view format);

class RawReader {
 public:
  /// `format` is one that raw_codec_name knows. Throws Error(usage) otherwise.
  RawReader(std::shared_ptr<ByteInput> bytes, std::string_view format, AudioFormat audio);
  ~RawReader();
  RawReader(const RawReader&) = delete;
  RawReader& operator=(const RawReader&) = delete;

  /// The samples that have come, at least one; empty at the end. Bytes of an incomplete last sample are dropped
  /// (bytes_left_over()).
  std::span<const float> read();
  /// Moves to a sample; only where the bytes can be read at any position. false: they can't.
  bool seek(int64_t sample);
  /// After the end: bytes behind the last whole sample.
  size_t bytes_left_over() const;
  int bits() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
