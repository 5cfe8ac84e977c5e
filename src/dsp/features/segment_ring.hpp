// Cuts a stream into segments at every point where a row begins or ends, and knows which segments make up a row.
//
// Rows are [k * hop, k * hop + length) shifted by an offset. The ring holds the latest segments that a row can have, so
// that overlapping rows share the sums of their common segments. Pure bookkeeping: the sums lie in the features' own
// slots.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/features/feature.hpp"

namespace astream {

/// Where rows stand, in samples from where the grid begins.
struct RowGrid {
  int64_t offset = 0;  ///< start of row 0, <= 0
  int64_t length = 1;
  int64_t hop = 1;

  int64_t start(int64_t row) const { return offset + row * hop; }
  int64_t end(int64_t row) const { return start(row) + length; }
  /// The first position after `position` where a row begins or ends.
  int64_t next_boundary(int64_t position) const;
  /// Upper bound of the segments of one row, and of those that later rows still need.
  int64_t max_segments() const { return 2 * ((length + hop - 1) / hop) + 4; }
};

class SegmentRing {
 public:
  explicit SegmentRing(const RowGrid& grid);

  /// Slot of the segment that is being filled.
  size_t open_slot() const { return static_cast<size_t>(open_ % capacity()); }
  /// The open segment ends at `position`, where the next one begins.
  void close(int64_t position);
  /// Where the open segment begins.
  int64_t open_start() const { return starts_[open_slot()]; }
  /// The closed segments that begin in [start, end). The slot behind the last one belongs to what follows.
  SegmentRange between(int64_t start, int64_t end) const;
  /// Back to position 0.
  void restart();

 private:
  int64_t capacity() const { return static_cast<int64_t>(starts_.size()); }

  int64_t open_ = 0;    ///< number of the open segment, never reset
  int64_t oldest_ = 0;  ///< first segment since restart
  std::vector<int64_t> starts_;
};

}  // namespace astream
