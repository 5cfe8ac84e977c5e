// What turns samples into the bytes of one recorded file, whatever its format.
//
// Used from one thread. Throws what the output throws, and Error(usage) at its making for what a format can't hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/audio.hpp"
#include "base/byte_output.hpp"
#include "formats/file_encoder.hpp"
#include "formats/recording_format.hpp"

namespace astream {

class SoundEncoder : public FileEncoder {
 public:
  /// Interleaved, any number of samples.
  virtual void write(std::span<const float> samples) = 0;
};

/// What is to be encoded.
struct SoundEncoderRequest {
  AudioFormat format;
  int source_bits = 0;  ///< what the samples were made of: see choose_bits()
  std::map<std::string, std::string> tags;
};
/// `output` must outlive it.
std::unique_ptr<SoundEncoder> make_sound_encoder(const RecordingFormat& format, const EncoderSettings& settings,
                                                 const SoundEncoderRequest& request, ByteOutput& output);

}  // namespace astream
