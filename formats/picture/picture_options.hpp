// How a picture of a sound looks.
#pragma once

#include <optional>

#include <cstdint>

#include "dsp/frequency_axis.hpp"

namespace astream {

/// viridis, magma: perceptually uniform; gray: dark is loud, for print.
enum class ColorMapName { viridis, magma, gray };

/// The levels between the two ends of the colour map: both given, or `span_db` below the loudest; else by the sound.
struct LevelRange {
  std::optional<double> low_db, high_db;
  std::optional<double> span_db;
};

struct PictureOptions {
  int width_px = 1600, height_px = 1000;
  double text_scale = 1;  ///< of text and lines, beside what comes of the size
  FrequencyScale frequency_scale = FrequencyScale::mel;
  std::optional<double> low_hz, high_hz;
  std::optional<double> frame_s;  ///< of the spectrogram, brought to a power of two of samples
  LevelRange range;
  ColorMapName colors = ColorMapName::magma;
  bool is_dual_mono = false;        ///< one channel counts for loudness as it would be heard from two loudspeakers
  bool has_source_channels = true;  ///< false: channels were picked or mixed, and the source's names don't hold
};

inline constexpr int kLeastPictureWidth = 400, kLeastPictureHeight = 300, kMostPictureSide = 16384;
inline constexpr int64_t kMostPicturePixels = 64'000'000;

}  // namespace astream
