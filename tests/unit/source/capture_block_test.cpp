#include "source/capture_block.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace astream;

TEST_CASE("capture block: 15 ms when nothing is known of the windows") {
  CHECK(choose_block_samples(48000, 0) == 720);
  CHECK(choose_block_samples(44100, 0) == 661);
  CHECK(choose_block_samples(8000, 0) == 120);
}

TEST_CASE("capture block: the longest part of the windows' grid that is no longer than 30 ms") {
  CHECK(choose_block_samples(48000, 48000) == 1200);
  CHECK(choose_block_samples(44100, 44100) == 1260);  // 35 blocks a second
  CHECK(choose_block_samples(48000, 1440) == 1440);
  CHECK(choose_block_samples(48000, 480) == 480);
  CHECK(choose_block_samples(16000, 512) == 256);
  for (const int grid : {4800, 12000, 19200, 24576, 48000, 96000}) {
    const int block = choose_block_samples(48000, grid);
    CHECK(grid % block == 0);
    CHECK(block >= 480);
    CHECK(block <= 1440);
  }
}

TEST_CASE("capture block: several short windows make a block") {
  CHECK(choose_block_samples(48000, 96) == 672);
  CHECK(choose_block_samples(48000, 1) == 720);
  CHECK(choose_block_samples(48000, 720) == 720);
}

TEST_CASE("capture block: 15 ms when no part of the grid has a fitting length") {
  CHECK(choose_block_samples(48000, 48017) == 720);  // a prime
  CHECK(choose_block_samples(48000, 1450) == 725);
}
