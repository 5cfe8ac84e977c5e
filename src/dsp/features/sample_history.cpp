#include "dsp/features/sample_history.hpp"

#include <algorithm>

namespace astream {

SampleHistory::SampleHistory(int64_t kept_samples, int64_t block_samples) {
  // Room to move the kept part seldom: moving costs a quarter of what comes in at most four times.
  const int64_t room = kept_samples + block_samples + std::max(kept_samples / 4, 8 * block_samples);
  samples_.reserve(static_cast<size_t>(room));
  bad_.reserve(static_cast<size_t>(room));
}

void SampleHistory::make_room(size_t count) {
  if (samples_.size() + count <= samples_.capacity()) return;
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(first_));
  bad_.erase(bad_.begin(), bad_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void SampleHistory::append(std::span<const double> samples, std::span<const uint8_t> bad_marks) {
  make_room(samples.size());
  const auto bad = std::find_if(bad_marks.rbegin(), bad_marks.rend(), [](uint8_t mark) { return mark != 0; });
  if (bad != bad_marks.rend()) last_bad_ = end() + static_cast<int64_t>(bad_marks.rend() - bad) - 1;
  samples_.insert(samples_.end(), samples.begin(), samples.end());
  bad_.insert(bad_.end(), bad_marks.begin(), bad_marks.end());
  discard_before(keep_from_);
}

void SampleHistory::append_zeros(int64_t count) {
  make_room(static_cast<size_t>(count));
  samples_.resize(samples_.size() + static_cast<size_t>(count), 0.0);
  bad_.resize(samples_.size(), 0);
}

void SampleHistory::discard_before(int64_t position) {
  keep_from_ = std::max(keep_from_, position);
  const int64_t count = std::min(keep_from_, end()) - begin_;
  if (count <= 0) return;
  first_ += static_cast<size_t>(count);
  begin_ += count;
}

void SampleHistory::clear() {
  samples_.clear();
  bad_.clear();
  first_ = 0;
  begin_ = keep_from_ = 0;
  last_bad_ = -1;
}

std::span<const double> SampleHistory::view(int64_t start, int64_t count) const {
  return std::span(samples_).subspan(first_ + static_cast<size_t>(start - begin_), static_cast<size_t>(count));
}

bool SampleHistory::has_bad(int64_t start, int64_t end_position) const {
  if (last_bad_ < start) return false;
  const int64_t from = std::max(start, begin_) - begin_, to = std::min(end_position, end()) - begin_;
  for (int64_t i = from; i < to; ++i)
    if (bad_[first_ + static_cast<size_t>(i)]) return true;
  return false;
}

}  // namespace astream
