#include "dsp/level_envelope.hpp"

namespace astream {

void LevelCell::merge(const LevelCell& later) {
  lowest = std::min(lowest, later.lowest);
  highest = std::max(highest, later.highest);
  energy += later.energy;
  values += later.values;
}

double LevelCell::peak() const {
  return is_empty() ? 0 : std::max(highest, -lowest);
}

double LevelCell::mean_square() const {
  return is_empty() ? 0 : energy / static_cast<double>(values);
}

void add_samples(LevelEnvelope& envelope, int64_t first_sample, std::span<const double> values) {
  for (size_t i = 0; i < values.size();) {
    const int64_t sample = first_sample + static_cast<int64_t>(i);
    LevelCell& cell = envelope.at(sample);
    const auto room = static_cast<size_t>(envelope.next_edge(sample) - sample);
    const std::span<const double> part = values.subspan(i, std::min(room, values.size() - i));
    LevelCell more;
    for (const double value : part) {
      more.lowest = std::min(more.lowest, value);
      more.highest = std::max(more.highest, value);
      more.energy += value * value;
    }
    more.values = static_cast<int64_t>(part.size());
    cell.merge(more);
    i += part.size();
  }
}

LevelCell level_between(const LevelEnvelope& envelope, int64_t from, int64_t to) {
  LevelCell sum;
  const auto& cells = envelope.cells();
  const auto first = static_cast<size_t>(from / envelope.cell_samples());
  for (size_t i = first; i < cells.size() && static_cast<int64_t>(i) * envelope.cell_samples() < to; ++i) {
    sum.merge(cells[i]);
  }
  return sum;
}

}  // namespace astream
