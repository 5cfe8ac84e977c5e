// Samples as they are: WAV, or bare. The header of a WAV in a file is kept current by flush().
#pragma once

#include <vector>

#include "formats/sample_bytes.hpp"
#include "formats/sound_encoder.hpp"
#include "formats/wav_header.hpp"

namespace astream {

class PcmEncoder : public SoundEncoder {
 public:
  /// `header`: of a WAV, whose has_room_for_rf64 and data_bytes are set here. `output` must outlive it.
  PcmEncoder(ByteOutput& output, WavHeaderOptions header, bool is_wav);

  void write(std::span<const float> samples) override;
  void flush() override;
  void finish() override;
  void mend() override;
  int64_t size_after(int64_t samples) const override;

 private:
  void send();
  void patch_header(uint64_t data_bytes);

  ByteOutput& output_;
  WavHeaderOptions header_;
  bool is_wav_;
  SampleBytes bytes_;
  std::vector<std::byte> buffer_;
  int64_t header_bytes_ = 0;
};

}  // namespace astream
