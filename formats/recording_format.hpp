// The table of what a recording can be: one row each, and what may be asked of its encoder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace astream {

/// What --quality means to a codec.
struct QualityScale {
  enum class Kind { none, variable_rate, compression } kind = Kind::none;
  double least = 0;
  double most = 0;
  double standard = 0;
};

/// Bit rates that are taken; standard_per_channel 0: what --quality says counts. All 0: it has no bit rate to choose.
struct BitRateRange {
  int64_t least = 0;
  int64_t most = 0;
  int64_t standard_per_channel = 0;
};

struct RecordingFormat {
  std::string_view name;         ///< for --encoder, and in messages
  std::string_view suffixes;     ///< without dots, separated by spaces; the first is the usual one
  std::string_view description;  ///< for help, one line
  std::string_view container;    ///< libav's name, "" for what is written here: PCM
  std::string_view codec;        ///< libav's name of the encoder
  std::string_view bits;         ///< sample formats that --bits may choose from, separated by spaces
  QualityScale quality;
  BitRateRange bit_rate;
  std::string_view copied;  ///< codecs whose packets go into it as they are, separated by spaces; "": what libav takes

  bool takes_copy_of(std::string_view codec_name) const;
  bool is_pcm() const { return container.empty(); }
  bool is_lossless() const { return !bits.empty(); }
};

std::span<const RecordingFormat> recording_formats();
/// "wav, flac, ...".
std::string recording_format_names();

/// Bits of integers, or 32: floats.
enum class SampleBits { s16 = 16, s24 = 24, f32 = 32 };
std::string_view bits_name(SampleBits bits);

/// What people ask of an encoder.
struct EncoderSettings {
  std::optional<SampleBits> bits;
  std::optional<int64_t> bit_rate;
  std::optional<double> quality;
};

/// The format named, else that of the path's suffix. Throws Error(usage): unknown, missing, or one that the suffix
/// contradicts.
const RecordingFormat& choose_recording_format(std::string_view path, std::string_view name);

/// Throws Error(usage), naming the option, for settings that the format has no use for or can't take.
void check_settings(const RecordingFormat& format, const EncoderSettings& settings);

/// The bits that are stored: those asked for, else as many as the source has (source_bits, 0 where it is no matter of
/// bits, as in MP3), so that nothing is lost that the format can hold. FLAC of what has no bits: 16.
SampleBits choose_bits(const RecordingFormat& format, const EncoderSettings& settings, int source_bits);

}  // namespace astream
