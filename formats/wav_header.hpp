// The bytes before the samples of a WAV file with float32 samples. Pure.
//
// Up to two channels: WAVE_FORMAT_IEEE_FLOAT with a fact chunk; more: WAVE_FORMAT_EXTENSIBLE (Microsoft, "Multiple
// Channel Audio Data and WAVE Files"). Above 4 GiB: RF64 with a ds64 chunk in the place that a JUNK chunk kept free
// (EBU Tech 3306).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/audio.hpp"

namespace astream {

struct WavHeaderOptions {
  AudioFormat format;
  bool has_room_for_rf64 = false;      ///< keeps the place of the ds64 chunk free: for files whose header is rewritten
  std::optional<uint64_t> data_bytes;  ///< absent: not known (yet), said with 0xFFFFFFFF as streaming writers do
};

/// The header; of the same length for the same format and has_room_for_rf64, whatever data_bytes.
std::string wav_header(const WavHeaderOptions& options);

}  // namespace astream
