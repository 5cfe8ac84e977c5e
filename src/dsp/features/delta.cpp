#include "dsp/features/delta.hpp"

#include "base/error.hpp"

namespace astream {

DeltaWeights::DeltaWeights(int order) : weights_{{1.0}} {
  if (order < 0 || order > 2) throw Error(ErrorKind::usage, "deltas: the order must be 0, 1 or 2");
  for (int i = 0; i < order; ++i) {
    const std::vector<double>& previous = weights_.back();
    std::vector<double> next(previous.size() + 4, 0.0);
    for (size_t k = 0; k < previous.size(); ++k)
      for (int j = -2; j <= 2; ++j) next[k + static_cast<size_t>(j + 2)] += previous[k] * j / 10;
    weights_.push_back(std::move(next));
  }
}

}  // namespace astream
