// FFmpeg's downmix matrices and layout names. Inside src/av only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "av/handles.hpp"
#include "dsp/mixer.hpp"

namespace astream::av {

/// "mono", "5.1(side)", "4 channels".
std::string layout_name(const AVChannelLayout& layout);

/// A copy that frees itself.
std::shared_ptr<AVChannelLayout> copy_layout(const AVChannelLayout& layout);

/// FFmpeg's matrix from a layout with named channels to the default layout of `out_channels`, scaled as FFmpeg scales
/// it for integers, so that full scale stays within +-1 (ITU-R BS.775 coefficients, libswresample/rematrix.c with
/// rematrix_maxval=1). Nothing for layouts of one or two channels, for those without names, and where FFmpeg has no
/// matrix.
std::optional<MixMatrix> mix_by_layout(const AVChannelLayout& layout, int out_channels);

}  // namespace astream::av
