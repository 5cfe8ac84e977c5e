#include "cli/stats_lines.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/os.hpp"

namespace astream::cli {

namespace {

/// Milliseconds are enough for people and programs.
double rounded(double seconds) {
  return std::round(seconds * 1e3) / 1e3;
}

}  // namespace

std::string stats_line(const StreamHealth& health) {
  nlohmann::ordered_json stats = {{"stream", health.stream}, {"uri", health.uri}, {"label", health.label}};
  stats["state"] = health.live ? state_name(health.live->state) : health.is_open ? "reading" : "opening";
  if (health.is_open) {
    stats["time"] = rounded(health.time_s);
    stats["windows"] = health.so_far.windows;
    stats["samples"] = health.so_far.samples;
    stats["gap"] = health.so_far.gap_samples;
    stats["dropped"] = health.so_far.dropped_samples;
    stats["corrupt_packets"] = health.so_far.corrupt_packets;
  }
  if (health.is_open && health.live) {
    stats["lost"] = health.lost_samples;
    stats["overflows"] = health.so_far.overflows;
  }
  if (const auto& live = health.live) {
    stats["reconnects"] = live->reconnects;
    stats["lag"] = rounded(live->lag_s);
    if (live->silence_s) stats["silence"] = rounded(*live->silence_s);
    if (live->drift_ppm) stats["drift_ppm"] = rounded(*live->drift_ppm);
  }
  return nlohmann::ordered_json{{"stats", stats}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

StatsLines::StatsLines(std::optional<std::chrono::milliseconds> interval)
    : interval_(interval), due_(Clock::now() + interval.value_or(std::chrono::milliseconds::zero())) {}

Clock::time_point StatsLines::next(Clock::time_point latest) const {
  return interval_ ? std::min(latest, due_) : latest;
}

void StatsLines::write_due(const Generator& run) {
  const auto now = Clock::now();
  if (!interval_ || now < due_) return;
  due_ = std::max(due_ + *interval_, now);  // what was missed is not made up for
  for (const StreamHealth& health : run.health()) write_to_stderr(stats_line(health) + "\n");
}

}  // namespace astream::cli
