#include "dsp/features/segment_ring.hpp"

#include <algorithm>

namespace astream {

namespace {

/// The first value of first + k * step, k >= 0, that is greater than `position`.
int64_t next_of(int64_t first, int64_t step, int64_t position) {
  return position < first ? first : first + ((position - first) / step + 1) * step;
}

}  // namespace

int64_t RowGrid::next_boundary(int64_t position) const {
  return std::min(next_of(offset, hop, position), next_of(offset + length, hop, position));
}

SegmentRing::SegmentRing(const RowGrid& grid) : starts_(static_cast<size_t>(grid.max_segments())) {}

void SegmentRing::close(int64_t position) {
  ++open_;
  starts_[open_slot()] = position;
}

SegmentRange SegmentRing::between(int64_t start, int64_t end) const {
  SegmentRange range{open_, 0, capacity()};
  const int64_t earliest = std::max(oldest_, open_ - capacity() + 1);
  while (range.first > earliest && starts_[range.slot(-1)] >= start) {
    --range.first;
    // Segments behind the row's end are passed by.
    range.count = starts_[range.slot(0)] < end ? range.count + 1 : 0;
  }
  return range;
}

void SegmentRing::restart() {
  oldest_ = open_;
  starts_[open_slot()] = 0;
}

}  // namespace astream
