// Where rows of features stand: what the user said, and what the features themselves suggest. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include "base/units.hpp"
#include "dsp/features/feature_extractor.hpp"

namespace astream {

/// What was said of rows; absent: as the features have it.
struct RowChoice {
  std::optional<TimeSpec> window;
  std::optional<TimeSpec> hop;
  std::optional<OverlapSpec> overlap;
  std::optional<Tail> tail;
  std::vector<Statistic> statistics;
  bool wants_patches = false;
};

/// Rows per frame, or per row window, or patches as the front end of a model makes them of each window (Whisper's and
/// AST's log-mel is only defined that way). Windows are 1 s by default, 60 s for acoustic indices, the model's own
/// length for patches; the tail is dropped but for models that pad. Throws Error(usage).
RowPlan plan_rows(const RowChoice& choice, const std::vector<SelectedGroup>& features, MelStyle style, int rate_hz);

/// The rate that `style` is defined at, when a mel feature is asked for and it has one.
std::optional<int> rate_of_style(const std::vector<SelectedGroup>& features, MelStyle style);

}  // namespace astream
