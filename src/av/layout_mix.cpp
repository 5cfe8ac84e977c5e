#include "av/layout_mix.hpp"

#include <array>
#include <new>
#include <vector>

extern "C" {
#include <libswresample/swresample.h>
}

namespace astream::av {

std::string layout_name(const AVChannelLayout& layout) {
  if (layout.nb_channels <= 0) return {};
  if (layout.order == AV_CHANNEL_ORDER_UNSPEC && layout.nb_channels <= 2)
    return layout.nb_channels == 1 ? "mono" : "stereo";
  std::array<char, 128> name{};
  if (av_channel_layout_describe(&layout, name.data(), name.size()) < 0) return {};
  return name.data();
}

std::shared_ptr<AVChannelLayout> copy_layout(const AVChannelLayout& layout) {
  std::shared_ptr<AVChannelLayout> copy(new AVChannelLayout{}, [](AVChannelLayout* owned) {
    av_channel_layout_uninit(owned);
    delete owned;
  });
  if (av_channel_layout_copy(copy.get(), &layout) < 0) throw std::bad_alloc();
  return copy;
}

std::optional<MixMatrix> mix_by_layout(const AVChannelLayout& layout, int out_channels) {
  if (layout.order != AV_CHANNEL_ORDER_NATIVE || layout.nb_channels <= 2) return std::nullopt;
  AVChannelLayout out{};
  av_channel_layout_default(&out, out_channels);
  if (out.order != AV_CHANNEL_ORDER_NATIVE) return std::nullopt;
  // swr_build_matrix2 (5.1) scales 64 rows of 64 gains whatever the layouts: its own internal maximum.
  constexpr int kRowGains = 64;
  constexpr double kMinus3Db = 0.70710678118654752440;
  constexpr double kMaxSum = 1.0;  // no output can exceed full scale
  std::vector<double> gains(size_t{kRowGains} * kRowGains);
  const bool fits = layout.nb_channels <= kRowGains && out_channels <= kRowGains;
  const int code = !fits ? AVERROR(EINVAL)
                         : swr_build_matrix2(&layout, &out, kMinus3Db, kMinus3Db, 0, kMaxSum, 1.0, gains.data(),
                                             kRowGains, AV_MATRIX_ENCODING_NONE, nullptr);
  av_channel_layout_uninit(&out);
  if (code < 0) return std::nullopt;
  MixMatrix matrix{layout.nb_channels, out_channels, {}};
  for (int row = 0; row < out_channels; ++row) {
    const auto first = gains.begin() + std::ptrdiff_t{row} * kRowGains;
    matrix.gains.insert(matrix.gains.end(), first, first + layout.nb_channels);
  }
  return matrix;
}

}  // namespace astream::av
