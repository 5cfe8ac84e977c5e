// Samples that a sound system lost without a word, by when its blocks come.
//
// Blocks may come late and catch up; PulseAudio keeps some seconds for a program that was stopped, and what does not
// fit is gone. So what counts is the block that came earliest (against the time line) in each span: where even those of
// some spans are late and do not get less so, nothing is being caught up with any more, and the rest was lost. Clocks
// differ, so the time line may drift; a device without a clock (a pipe) may be far ahead of ours and loses nothing by
// that. Pure, takes no lock, allocates nothing; not thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace astream {

class CaptureClock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr double kSpan_s = 1;
  /// Spans that must be late; a busy machine takes seconds to catch up.
  static constexpr size_t kSureSpans = 5;
  /// Less than this may be a system that is busy.
  static constexpr double kLeastLoss_s = 0.1;
  /// Crystals differ by 0.0002 at most.
  static constexpr double kMostDrift = 0.001;

  explicit CaptureClock(int rate_hz) : rate_hz_(rate_hz) {}

  /// A block of `samples` came at `now`; how many samples were lost before it, as far as that is sure by now.
  int64_t lost_before(TimePoint now, int64_t samples) noexcept;

 private:
  int64_t end_span(double span_s) noexcept;

  int rate_hz_;
  int64_t position_samples_ = 0;      ///< of the end of the last block, what was lost included
  std::optional<TimePoint> start_;    ///< of the time line
  std::optional<double> baseline_s_;  ///< how late blocks are when nothing is lost
  TimePoint span_start_;
  std::array<double, kSureSpans> later_s_{};  ///< than the baseline, in the last spans that were late
  size_t late_spans_ = 0;                     ///< of them
  bool is_begun_ = false;                     ///< the first span, in which devices start up, is over
  double least_late_s_ = 0;                   ///< in the span
};

}  // namespace astream
