#include "av/loss_counter.hpp"

#include <algorithm>

namespace astream::av {

int64_t LossCounter::missing_before(int64_t pts, int64_t samples, int rate_hz, AVRational tick) {
  if (rate_hz != rate_hz_) next_sample_.reset();
  rate_hz_ = rate_hz;
  if (pts == AV_NOPTS_VALUE) {
    if (next_sample_) *next_sample_ += samples;
    return 0;
  }
  const int64_t at = av_rescale_q(pts, tick, {1, rate_hz});
  const int64_t ahead = next_sample_ ? at - *next_sample_ : 0;
  next_sample_ = at + samples;
  const int64_t rounding = std::max(samples / 2, av_rescale_q(2, tick, {1, rate_hz}));
  return ahead > rounding && ahead < longest_s_ * rate_hz ? ahead : 0;
}

}  // namespace astream::av
