#include "dsp/window_plan.hpp"

#include <algorithm>

namespace astream {

namespace {

int64_t divide_rounding_up(int64_t value, int64_t by) {
  return value / by + (value % by != 0 ? 1 : 0);
}

}  // namespace

int64_t window_count(int64_t total_samples, const WindowPlan& plan) {
  const int64_t past_first = total_samples - plan.window_samples;
  if (plan.tail == Tail::drop) return past_first < 0 ? 0 : 1 + past_first / plan.hop_samples;
  if (total_samples <= 0) return 0;
  if (past_first <= 0) return 1;
  // With overlap the last windows share samples: one more is due only for samples behind the last full one. Without,
  // each start before the end has a window.
  if (plan.hop_samples <= plan.window_samples) return 1 + divide_rounding_up(past_first, plan.hop_samples);
  return divide_rounding_up(total_samples, plan.hop_samples);
}

int64_t window_valid(int64_t index, int64_t total_samples, const WindowPlan& plan) {
  return std::clamp<int64_t>(total_samples - window_start(index, plan), 0, plan.window_samples);
}

}  // namespace astream
