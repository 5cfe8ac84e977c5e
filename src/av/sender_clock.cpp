#include "av/sender_clock.hpp"

#include <cstdlib>

namespace astream::av {

int64_t ticks_between(int64_t earlier, int64_t later, int wrap_bits) {
  constexpr int kMostBits = 62;
  const auto ahead = static_cast<int64_t>(static_cast<uint64_t>(later) - static_cast<uint64_t>(earlier));
  if (wrap_bits <= 0 || wrap_bits > kMostBits) return ahead;
  const int64_t round = int64_t{1} << wrap_bits;
  const int64_t rest = ((ahead % round) + round) % round;
  return rest >= round / 2 ? rest - round : rest;
}

void SenderClock::set(int64_t pts, int64_t time_us) {
  known_ = {pts, time_us};
  outdated_from_.reset();
}

void SenderClock::set_by_report(int64_t pts, int64_t time_us) {
  constexpr int64_t kRtpRound = int64_t{1} << 32;
  constexpr int64_t kTolerance_us = 1'000'000;
  if (known_) {
    const int64_t passed_us = us_between(known_->pts, pts);
    const int64_t round_us = av_rescale_q(kRtpRound, tick_, {1, AV_TIME_BASE});
    int64_t off_us = known_->time_us + passed_us - time_us;
    if (std::abs(std::abs(off_us) - round_us) < kTolerance_us) {
      time_us += off_us > 0 ? round_us : -round_us;
      off_us -= off_us > 0 ? round_us : -round_us;
    }
    note_jump(pts, passed_us, off_us);
  }
  known_ = {pts, time_us};
}

/// Two reports never agree to the microsecond.
void SenderClock::note_jump(int64_t pts, int64_t passed_us, int64_t off_us) {
  constexpr int64_t kRounding_us = 3;
  constexpr int64_t kLongestLoss_us = 60'000'000;
  constexpr int64_t kLongestInterval_us = 30'000'000;
  const bool is_same_report = std::abs(off_us) <= kRounding_us;
  if (is_same_report && std::abs(passed_us) > kLongestLoss_us) {
    outdated_from_ = pts;
  } else if (!is_same_report || (outdated_from_ && us_between(*outdated_from_, pts) > kLongestInterval_us)) {
    outdated_from_.reset();
  }
}

int64_t SenderClock::us_between(int64_t earlier, int64_t later) const {
  return av_rescale_q(ticks_between(earlier, later, wrap_bits_), tick_, {1, AV_TIME_BASE});
}

std::optional<int64_t> SenderClock::time_us(int64_t pts) const {
  if (!is_known() || pts == AV_NOPTS_VALUE) return std::nullopt;
  return known_->time_us + us_between(known_->pts, pts);
}

}  // namespace astream::av
