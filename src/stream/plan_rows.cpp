#include "stream/plan_rows.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "dsp/features/mel_style.hpp"
#include "stream/generator.hpp"
#include "stream/model_preset.hpp"

namespace astream {

namespace {

bool has_group(const std::vector<SelectedGroup>& features, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(features, [&](const SelectedGroup& selected) {
    return std::ranges::find(names, selected.group->name) != names.end();
  });
}

/// The windows of the model that the style is named after; styles that are no model's have none.
void take_model_windows(std::string_view style, StreamOptions& windows) {
  const auto preset = std::ranges::find(model_presets(), style, &ModelPreset::name);
  if (preset == model_presets().end()) return;
  const auto seconds = [&](int64_t samples) { return static_cast<double>(samples) / preset->rate_hz; };
  windows.window.seconds = seconds(preset->window_samples);
  windows.hop = TimeSpec{seconds(preset->hop_samples), {}};
  windows.tail = preset->tail;
}

RowMode mode_of(const RowChoice& choice, const std::vector<SelectedGroup>& features, MelStyle style) {
  if (choice.wants_patches && !choice.statistics.empty()) {
    throw Error(ErrorKind::usage, "--patches and --stats exclude each other");
  }
  const bool is_model_of_windows =
      (style == MelStyle::whisper || style == MelStyle::ast) && has_group(features, {"logmel"});
  if (choice.wants_patches || (is_model_of_windows && choice.statistics.empty())) return RowMode::patches;
  return default_row_mode(features, !choice.statistics.empty());
}

}  // namespace

RowPlan plan_rows(const RowChoice& choice, const std::vector<SelectedGroup>& features, MelStyle style, int rate_hz) {
  constexpr double kIndexWindow_s = 60;
  RowPlan plan;
  plan.mode = mode_of(choice, features, style);
  plan.statistics = choice.statistics;
  plan.tail = choice.tail.value_or(Tail::drop);
  if (plan.mode == RowMode::frames) {
    if (choice.hop || choice.overlap) {
      throw Error(ErrorKind::usage, "--hop and --overlap are for row windows, and these rows are analysis frames", {},
                  "--frame-hop is for frames; --stats or --patches makes rows of windows");
    }
    StreamOptions batch;
    batch.window = choice.window.value_or(TimeSpec{1, {}});
    plan_windows(batch, rate_hz);  // refuses what is no length
    return plan;
  }
  StreamOptions windows;
  windows.window.seconds = has_group(features, {"indices"}) ? kIndexWindow_s : 1;
  windows.tail = plan.tail;
  if (plan.mode == RowMode::patches) {
    take_model_windows(mel_style_info(style).name, windows);
    windows.tail = choice.tail.value_or(windows.tail);
    if (choice.window) windows.hop.reset();
  }
  if (choice.window) windows.window = *choice.window;
  if (choice.hop) windows.hop = choice.hop;
  if (choice.overlap) {
    windows.hop.reset();
    windows.overlap = choice.overlap;
  }
  const WindowPlan planned = plan_windows(windows, rate_hz);
  plan.window_samples = planned.window_samples;
  plan.hop_samples = planned.hop_samples;
  plan.tail = planned.tail;
  return plan;
}

std::optional<int> rate_of_style(const std::vector<SelectedGroup>& features, MelStyle style) {
  const int rate_hz = mel_style_info(style).rate_hz;
  if (rate_hz == 0 || style == MelStyle::kaldi || !has_group(features, {"mel", "logmel", "mfcc", "pcen", "onset"}))
    return std::nullopt;
  return rate_hz;
}

}  // namespace astream
