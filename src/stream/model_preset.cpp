#include "stream/model_preset.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/units.hpp"

namespace astream {

namespace {

constexpr std::array kPresets = {
    ModelPreset{"yamnet", 16000, 15600, 7680, Tail::pad, "a waveform; the log-mel front end is in the model"},
    ModelPreset{"vggish", 16000, 15600, 15360, Tail::drop,
                "a waveform; its log-mel front end stands before the model (astream features --mel-style vggish)"},
    ModelPreset{"panns", 32000, 320000, 320000, Tail::pad, "a waveform; the log-mel front end is in the model"},
    ModelPreset{"ast", 16000, 164080, 164080, Tail::pad,
                "1024 frames of log-mel, made by the model's extractor (or astream features --mel-style ast)"},
    ModelPreset{"clap", 48000, 480000, 480000, Tail::pad,
                "10 s; the model's extractor repeats a shorter sound where this pads with zeros"},
    ModelPreset{"birdnet", 48000, 144000, 144000, Tail::pad, "3 s; overlap as you like: --overlap 1.5s"},
    ModelPreset{"perch", 32000, 160000, 160000, Tail::pad,
                "5 s; the model wants the mean removed and the peak at 0.25 in every window"},
    ModelPreset{"silero", 16000, 512, 512, Tail::pad, "windows in order: the model keeps state between them"},
    ModelPreset{"whisper", 16000, 480000, 480000, Tail::pad,
                "30 s; log-mel by the model's code (or astream features --mel-style whisper)"},
    ModelPreset{"openl3", 48000, 48000, 4800, Tail::pad, "1 s every 0.1 s"},
    ModelPreset{"bats", 256000, 256000, 128000, Tail::pad, "1 s every 0.5 s of ultrasound; needs input of that rate"},
};

std::string_view tail_word(Tail tail) {
  return tail == Tail::pad ? "pad" : tail == Tail::crop ? "crop" : "drop";
}

std::string seconds_text(int64_t samples, int rate_hz) {
  std::string text = std::to_string(static_cast<double>(samples) / rate_hz);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " s";
}

}  // namespace

std::span<const ModelPreset> model_presets() {
  return kPresets;
}

const ModelPreset& find_model_preset(std::string_view name) {
  std::string known;
  for (const ModelPreset& preset : kPresets) {
    if (preset.name == name) return preset;
    known.append(known.empty() ? "" : ", ").append(preset.name);
  }
  throw Error(ErrorKind::usage, "--for: there is no preset for '" + std::string(name) + "'", {}, "known: " + known);
}

std::string explain(const ModelPreset& preset) {
  const auto line = [](std::string name, const std::string& value) {
    constexpr size_t kNameColumns = 9;
    name.resize(kNameColumns, ' ');
    return "  " + name + value + "\n";
  };
  const auto length = [&](int64_t samples) {
    return std::to_string(samples) + "smp (" + seconds_text(samples, preset.rate_hz) + ")";
  };
  return std::string(preset.name) + ": --rate " + std::to_string(preset.rate_hz) + " --channels 1 --window " +
         std::to_string(preset.window_samples) + "smp --hop " + std::to_string(preset.hop_samples) + "smp --tail " +
         std::string(tail_word(preset.tail)) + "\n" + line("rate", std::to_string(preset.rate_hz) + " Hz, mono") +
         line("window", length(preset.window_samples)) + line("hop", length(preset.hop_samples)) +
         line("scale", "float32, full scale 1") +
         line("payload", std::to_string(preset.window_samples * 4) + " bytes a window") +
         line("note", std::string(preset.note));
}

}  // namespace astream
