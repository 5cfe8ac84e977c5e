#include "source/drift_meter.hpp"

namespace astream {

void DriftMeter::add(TimePoint now, Duration position) {
  if (!span_start_) span_start_ = now;
  if (now - *span_start_ >= kSpan) {
    (first_ ? last_ : first_) = current_;
    current_.reset();
    span_start_ = now;
  }
  const Earliest block{now, now.time_since_epoch() - position};
  if (!current_ || block.offset < current_->offset) current_ = block;
}

std::optional<double> DriftMeter::ppm() const {
  constexpr double kMillion = 1e6;
  if (!last_) return std::nullopt;
  const std::chrono::duration<double> later = last_->offset - first_->offset;
  const std::chrono::duration<double> between = last_->at - first_->at;
  return -later.count() / between.count() * kMillion;
}

}  // namespace astream
