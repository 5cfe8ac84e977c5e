// What models of sound want to be fed: rate, window, hop and tail by the model's name. Pure data, one row a model.
//
// Sources: the models' own front ends and cards (YAMNet and VGGish of tensorflow/models, PANNs Cnn14, AST, LAION-CLAP,
// BirdNET 2.4, Perch, Silero VAD 5, openai/whisper, OpenL3). All take one channel of float32 at full scale 1.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dsp/window_plan.hpp"

namespace astream {

struct ModelPreset {
  std::string_view name;
  int rate_hz;
  int64_t window_samples;
  int64_t hop_samples;
  Tail tail;
  std::string_view note;  ///< what the model's own code still has to do
};

std::span<const ModelPreset> model_presets();

/// Throws Error(usage) with the known names.
const ModelPreset& find_model_preset(std::string_view name);

/// A few lines for people: the flags that it stands for, bytes per record, and the note.
std::string explain(const ModelPreset& preset);

}  // namespace astream
