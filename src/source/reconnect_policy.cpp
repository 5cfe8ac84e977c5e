#include "source/reconnect_policy.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace astream {

namespace {

std::function<double()> make_random() {
  return [engine = std::mt19937(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace

ReconnectPolicy::ReconnectPolicy(ReconnectLimits limits) : ReconnectPolicy(limits, make_random()) {}

ReconnectPolicy::ReconnectPolicy(ReconnectLimits limits, std::function<double()> random)
    : limits_(limits), random_(std::move(random)) {}

std::optional<ReconnectPolicy::Duration> ReconnectPolicy::lost(TimePoint now) {
  const auto connected_at = std::exchange(connected_at_, std::nullopt);
  if (connected_at && now - *connected_at >= kHealthy) attempts_ = 0;
  if (limits_.max_attempts && attempts_ >= *limits_.max_attempts) return std::nullopt;
  using Seconds = std::chrono::duration<double>;
  const double min_s = Seconds(limits_.min_delay).count();
  const double max_s = std::max(min_s, Seconds(limits_.max_delay).count());
  constexpr int64_t kMostDoublings = 60;  // beyond it every delay is MAX
  const double factor = std::exp2(static_cast<double>(std::min(attempts_, kMostDoublings)));
  const double low_s = std::min(max_s, min_s * factor);
  const double high_s = std::min(max_s, min_s * factor * 2);
  ++attempts_;
  return std::chrono::duration_cast<Duration>(Seconds(low_s + random_() * (high_s - low_s)));
}

}  // namespace astream
