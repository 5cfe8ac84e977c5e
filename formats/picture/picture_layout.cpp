#include "formats/picture/picture_layout.hpp"

#include <algorithm>
#include <cmath>

namespace astream {

namespace {

constexpr double kUsualWidth = 1600, kUsualHeight = 1000;
constexpr double kLeastUnit = 0.6;  ///< smaller text can't be read

}  // namespace

PictureLayout lay_out_picture(int width_px, int height_px, double text_scale, size_t lanes) {
  PictureLayout layout;
  const double u = std::max(std::min(width_px / kUsualWidth, height_px / kUsualHeight), kLeastUnit) * text_scale;
  layout.unit = u;
  const double left = std::round(92 * u), right = std::round(width_px - 104 * u);
  const double top = std::round(92 * u), bottom = std::round(height_px - 62 * u);
  const double width = std::max(right - left, 1.0);
  layout.header = {left, 0, width, top};

  constexpr size_t kManyLanes = 2;
  const double small_gap = 18 * u, legend_gap = 38 * u;
  const double height = std::max(bottom - top - small_gap - legend_gap, 3.0);
  const double waveform_share = lanes > kManyLanes ? std::min(0.22 + 0.03 * static_cast<double>(lanes), 0.42) : 0.24;
  const double level_share = lanes > kManyLanes ? 0.20 : 0.24;
  const double waveform_end = std::round(top + height * waveform_share);
  const double level_begin = std::round(bottom - height * level_share);
  const double spectrum_begin = std::round(waveform_end + small_gap),
               spectrum_end = std::round(level_begin - legend_gap);
  layout.waveform = {left, top, width, waveform_end - top};
  layout.spectrogram = {left, spectrum_begin, width, std::max(spectrum_end - spectrum_begin, 1.0)};
  layout.levels = {left, level_begin, width, bottom - level_begin};
  layout.color_bar = {right + std::round(16 * u), spectrum_begin, std::round(18 * u), layout.spectrogram.height};
  return layout;
}

}  // namespace astream
