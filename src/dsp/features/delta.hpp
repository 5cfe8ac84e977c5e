// Time derivatives of feature rows by Kaldi's regression over two frames on each side (feat/feature-functions.cc).
//
// Order 1 looks two frames ahead, order 2 four; rows beyond the ends repeat the first and last row. Pure function
// object.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace astream {

class DeltaWeights {
 public:
  /// `order` 0..2.
  explicit DeltaWeights(int order);

  int order() const { return static_cast<int>(weights_.size()) - 1; }
  /// Frames that must be known on each side.
  int reach_frames() const { return 2 * order(); }

  /// out = [row t, its first, its second derivatives]; row(i) gives row i, 0 <= i < total.
  template <typename Row>
  void apply(Row row, int64_t t, int64_t total, std::span<double> out) const {
    const size_t width = out.size() / weights_.size();
    for (size_t order = 0; order < weights_.size(); ++order) {
      const std::span<double> part = out.subspan(order * width, width);
      for (double& value : part) value = 0;
      const int64_t reach = static_cast<int64_t>(weights_[order].size()) / 2;
      for (int64_t j = -reach; j <= reach; ++j) {
        const int64_t at = t + j < 0 ? 0 : t + j >= total ? total - 1 : t + j;
        const double weight = weights_[order][static_cast<size_t>(j + reach)];
        if (weight == 0) continue;
        const std::span<const double> values = row(at);
        for (size_t i = 0; i < width; ++i) part[i] += weight * values[i];
      }
    }
  }

 private:
  std::vector<std::vector<double>> weights_;
};

}  // namespace astream
