// The bytes before the samples of a WAV file with float32 samples, or integers of 16 or 24 bits. Pure.
//
// Up to two channels: WAVE_FORMAT_IEEE_FLOAT with a fact chunk, or WAVE_FORMAT_PCM; more: WAVE_FORMAT_EXTENSIBLE
// (Microsoft, "Multiple Channel Audio Data and WAVE Files"). Above 4 GiB: RF64 with a ds64 chunk in the place that a
// JUNK chunk kept free (EBU Tech 3306). Tags are a LIST chunk of the type INFO.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/audio.hpp"

namespace astream {

enum class SampleEncoding { f32le, s16le, s24le };

/// Bytes of one sample of one channel.
int bytes_per_value(SampleEncoding encoding);

struct WavHeaderOptions {
  AudioFormat format;
  bool has_room_for_rf64 = false;      ///< keeps the place of the ds64 chunk free: for files whose header is rewritten
  std::optional<uint64_t> data_bytes;  ///< absent: not known (yet), said with 0xFFFFFFFF as streaming writers do
  SampleEncoding encoding = SampleEncoding::f32le;
  /// By the names that FFmpeg has ("title"); those that INFO has no place for stay out.
  std::map<std::string, std::string> tags = {};
};

/// The header; of the same length for the same options, whatever data_bytes.
std::string wav_header(const WavHeaderOptions& options);

}  // namespace astream
