// The fixed parts of every log-mel flavour: one row a flavour. Pure data.
//
// Sources: librosa 0.11 feature.melspectrogram; torchaudio transforms.MelSpectrogram; openai/whisper audio.py; YAMNet
// and VGGish features.py (tensorflow/models); PANNs Cnn14; LAION-CLAP preprocessor_config; AST and Kaldi
// compute-fbank-feats.
#pragma once

#include <string_view>

#include "dsp/features/feature_options.hpp"

namespace astream {

enum class MelLog { db, whisper, ln_offset, ln_floor };

struct MelStyleInfo {
  MelStyle style;
  std::string_view name;
  int rate_hz;         ///< what the model takes; 0: any
  int fft_size;        ///< 0: next power of two (Kaldi)
  int window_samples;  ///< at rate_hz; Kaldi: 25 ms at any rate
  int hop_samples;
  WindowShape window;
  bool is_window_symmetric;
  bool is_window_centred;  ///< in fft_size; else zeros follow it
  FrameAlignment alignment;
  FramePadding padding;
  bool drops_last;
  double power;
  int mel_count;
  double low_hz;
  double high_hz;  ///< 0: half the rate
  MelScale scale;
  bool is_area_normalised;
  bool is_straight_in_mel;
  MelLog log;
  double log_parameter;  ///< floor or offset

  bool is_kaldi() const { return style == MelStyle::kaldi || style == MelStyle::ast; }
};

const MelStyleInfo& mel_style_info(MelStyle style);
/// By name; Error(usage) with the known names otherwise.
MelStyle parse_mel_style(std::string_view name);

}  // namespace astream
