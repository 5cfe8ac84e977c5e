// The latest samples of one channel, addressed by their position, with a mark on those that were not finite.
//
// Contiguous views without a copy; the room is allocated once for what must be kept. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace astream {

class SampleHistory {
 public:
  /// At most `kept_samples` lie between discard_before() and end when a block of `block_samples` is appended.
  SampleHistory(int64_t kept_samples, int64_t block_samples);

  void append(std::span<const double> samples, std::span<const uint8_t> bad_marks);
  void append_zeros(int64_t count);
  /// Positions below are no longer wanted. A position ahead of the end is allowed: what comes before it is dropped.
  void discard_before(int64_t position);
  /// Empty, at position 0.
  void clear();

  int64_t begin() const { return begin_; }
  int64_t end() const { return begin_ + static_cast<int64_t>(samples_.size() - first_); }
  /// Samples start..start+count, which must be there. Borrowed until the next change.
  std::span<const double> view(int64_t start, int64_t count) const;
  /// Whether a marked sample lies in [start, end) among those that are there.
  bool has_bad(int64_t start, int64_t end) const;

 private:
  void make_room(size_t count);

  int64_t begin_ = 0;  ///< position of samples_[first_]
  int64_t keep_from_ = 0;
  size_t first_ = 0;
  std::vector<double> samples_;
  std::vector<uint8_t> bad_;
  int64_t last_bad_ = -1;
};

}  // namespace astream
