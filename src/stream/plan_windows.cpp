#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "stream/generator.hpp"

namespace astream {

WindowPlan plan_windows(const StreamOptions& options, int rate_hz) {
  WindowPlan plan;
  plan.tail = options.tail;
  plan.window_samples = options.window.samples_at(rate_hz);
  if (plan.window_samples < 1) {
    throw Error(ErrorKind::usage, "the window is shorter than one sample at " + std::to_string(rate_hz) + " Hz", {},
                "give a longer --window");
  }
  plan.hop_samples = plan.window_samples;
  if (options.hop) plan.hop_samples = options.hop->samples_at(rate_hz);
  if (options.overlap) {
    const OverlapSpec& overlap = *options.overlap;
    const int64_t overlap_samples =
        overlap.percent ? std::llround(static_cast<double>(plan.window_samples) * *overlap.percent / 100.0)
                        : overlap.time.samples_at(rate_hz);
    plan.hop_samples = plan.window_samples - overlap_samples;
  }
  if (plan.hop_samples < 1) {
    throw Error(ErrorKind::usage,
                options.overlap ? "the overlap is as long as the window, so that it would never move on"
                                : "the hop is shorter than one sample",
                {}, options.overlap ? "give an --overlap below the --window" : "give a longer --hop");
  }
  return plan;
}

int64_t window_grid(const StreamOptions& options, int source_rate_hz) {
  const bool is_shifted = options.start.samples_at(source_rate_hz) > 0;
  if (options.rate_hz.value_or(source_rate_hz) != source_rate_hz || !options.filter.empty() || is_shifted) return 0;
  try {
    const WindowPlan plan = plan_windows(options, source_rate_hz);
    return std::gcd(plan.window_samples, plan.hop_samples);
  } catch (const Error&) {  // it is told where the windows are made
    return 0;
  }
}

}  // namespace astream
