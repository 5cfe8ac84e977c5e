// All samples of a source at once, for tests.
#pragma once

#include <doctest/doctest.h>

#include <vector>

#include "source/source.hpp"

namespace astream::test {

/// What is left of `source`, which gives data and its end only.
inline std::vector<float> read_samples(Source& source) {
  std::vector<float> all;
  while (true) {
    const ReadResult result = source.read(Clock::now());
    if (result.kind == ReadKind::end) return all;
    REQUIRE(result.kind == ReadKind::data);
    all.insert(all.end(), result.samples.begin(), result.samples.end());
  }
}

}  // namespace astream::test
