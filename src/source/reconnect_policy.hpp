// When to try again after a connection was lost: exponential back-off with jitter, and a limit of attempts.
//
// Pure: the times come from outside, and the random numbers where a test gives them. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace astream {

struct ReconnectLimits {
  std::chrono::milliseconds min_delay{1'000};
  std::chrono::milliseconds max_delay{60'000};
  std::optional<int64_t> max_attempts;  ///< in a row; absent: for ever
};

class ReconnectPolicy {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  /// A connection that held so long makes the next loss the first again.
  static constexpr std::chrono::seconds kHealthy{60};

  explicit ReconnectPolicy(ReconnectLimits limits);
  /// `random` gives numbers in [0, 1).
  ReconnectPolicy(ReconnectLimits limits, std::function<double()> random);

  /// Tells that the source delivers since `now`.
  void connected(TimePoint now) { connected_at_ = now; }

  /// Tells that the connection was lost, or could not be made, at `now`. Gives how long to wait before the next
  /// attempt, nothing when there were enough. The k-th wait in a row is drawn from MIN*2^k .. MIN*2^(k+1), never above
  /// MAX.
  std::optional<Duration> lost(TimePoint now);

  /// Attempts granted in a row.
  int64_t attempts() const { return attempts_; }

 private:
  ReconnectLimits limits_;
  std::function<double()> random_;
  int64_t attempts_ = 0;
  std::optional<TimePoint> connected_at_;
};

}  // namespace astream
