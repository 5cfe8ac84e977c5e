// A time line of cells in bounded memory, whatever its length: when it is full, neighbours are merged and each cell
// stands for twice the time.
//
// Cell is default-constructible (then it is empty: nothing was told of its time) and has merge(const Cell& later), for
// which an empty cell changes nothing. Nothing is lost by merging but resolution. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace astream {

template <typename Cell>
class PooledTimeline {
 public:
  /// At most `capacity` cells, an even number of at least 2; the first ones stand for `cell_samples` each.
  explicit PooledTimeline(size_t capacity, int64_t cell_samples = 1)
      : capacity_(std::max<size_t>(capacity + capacity % 2, 2)), cell_samples_(std::max<int64_t>(cell_samples, 1)) {}

  /// The cell that `sample` (>= 0) lies in, made if need be. The reference holds until the next call.
  Cell& at(int64_t sample) {
    while (sample / cell_samples_ >= static_cast<int64_t>(capacity_)) halve();
    const auto index = static_cast<size_t>(sample / cell_samples_);
    if (index >= cells_.size()) cells_.resize(index + 1);
    return cells_[index];
  }

  /// Samples that a cell stands for now.
  int64_t cell_samples() const { return cell_samples_; }
  /// Where the cell behind the one that holds `sample` begins.
  int64_t next_edge(int64_t sample) const { return (sample / cell_samples_ + 1) * cell_samples_; }
  const std::vector<Cell>& cells() const { return cells_; }

 private:
  void halve() {
    const size_t pairs = (cells_.size() + 1) / 2;
    for (size_t i = 0; i < pairs; ++i) {
      if (i > 0) cells_[i] = std::move(cells_[2 * i]);
      if (2 * i + 1 < cells_.size()) cells_[i].merge(cells_[2 * i + 1]);
    }
    cells_.resize(pairs);
    cell_samples_ *= 2;
  }

  size_t capacity_;
  int64_t cell_samples_;
  std::vector<Cell> cells_;
};

}  // namespace astream
