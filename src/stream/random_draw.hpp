// Chance that is the same on every machine: std::uniform_int_distribution differs between libraries.
#pragma once

#include <cstdint>
#include <random>

namespace astream {

/// In [0, below).
inline uint64_t draw(std::mt19937_64& random, uint64_t below) {
  const uint64_t limit = std::mt19937_64::max() - std::mt19937_64::max() % below;
  while (true) {
    const uint64_t value = random();
    if (value < limit) return value % below;
  }
}

}  // namespace astream
