#include "dsp/features/mel_style.hpp"

#include <array>

#include "base/error.hpp"

namespace astream {

namespace {

constexpr auto kStart = FrameAlignment::from_start;
constexpr auto kCentred = FrameAlignment::centred;
constexpr auto kZeros = FramePadding::zeros;
constexpr auto kReflect = FramePadding::reflect;
constexpr auto kHann = WindowShape::hann;
constexpr double kFloatEpsilon = 1.1920928955078125e-07;

// clang-format off
constexpr std::array kStyles = {
    MelStyleInfo{MelStyle::librosa, "librosa", 0, 2048, 2048, 512, kHann, false, true, kStart, kZeros, false,
                 2, 128, 0, 0, MelScale::slaney, true, false, MelLog::db, 1e-10},
    MelStyleInfo{MelStyle::torchaudio, "torchaudio", 16000, 400, 400, 200, kHann, false, true, kCentred, kReflect, false,
                 2, 128, 0, 0, MelScale::htk, false, false, MelLog::db, 1e-10},
    MelStyleInfo{MelStyle::whisper, "whisper", 16000, 400, 400, 160, kHann, false, true, kCentred, kReflect, true,
                 2, 80, 0, 8000, MelScale::slaney, true, false, MelLog::whisper, 1e-10},
    MelStyleInfo{MelStyle::yamnet, "yamnet", 16000, 512, 400, 160, kHann, false, false, kStart, kZeros, false,
                 1, 64, 125, 7500, MelScale::kaldi, false, true, MelLog::ln_offset, 0.001},
    MelStyleInfo{MelStyle::vggish, "vggish", 16000, 512, 400, 160, kHann, false, false, kStart, kZeros, false,
                 1, 64, 125, 7500, MelScale::kaldi, false, true, MelLog::ln_offset, 0.01},
    MelStyleInfo{MelStyle::panns, "panns", 32000, 1024, 1024, 320, kHann, false, true, kCentred, kReflect, false,
                 2, 64, 50, 14000, MelScale::slaney, true, false, MelLog::db, 1e-10},
    MelStyleInfo{MelStyle::clap, "clap", 48000, 1024, 1024, 480, kHann, false, true, kCentred, kReflect, false,
                 2, 64, 50, 14000, MelScale::slaney, true, false, MelLog::db, 1e-10},
    MelStyleInfo{MelStyle::ast, "ast", 16000, 0, 400, 160, kHann, true, false, kStart, kZeros, false,
                 2, 128, 20, 0, MelScale::kaldi, false, true, MelLog::ln_floor, kFloatEpsilon},
    MelStyleInfo{MelStyle::kaldi, "kaldi", 16000, 0, 400, 160, WindowShape::povey, true, false, kStart, kZeros, false,
                 2, 23, 20, 0, MelScale::kaldi, false, true, MelLog::ln_floor, kFloatEpsilon},
};
// clang-format on

}  // namespace

const MelStyleInfo& mel_style_info(MelStyle style) {
  for (const MelStyleInfo& info : kStyles)
    if (info.style == style) return info;
  throw Error(ErrorKind::internal, "a mel style has no row in the table");
}

MelStyle parse_mel_style(std::string_view name) {
  std::string known;
  for (const MelStyleInfo& info : kStyles) {
    if (info.name == name) return info.style;
    known.append(known.empty() ? "" : ", ").append(info.name);
  }
  throw Error(ErrorKind::usage, "unknown mel style '" + std::string(name) + "'", {}, "known: " + known);
}

}  // namespace astream
