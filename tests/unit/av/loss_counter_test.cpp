#include "av/loss_counter.hpp"

#include <doctest/doctest.h>

using namespace astream::av;

TEST_CASE("what is missing is the jump of the time stamps") {
  LossCounter counter;
  const AVRational tick{1, 8000};
  CHECK(counter.missing_before(1000, 160, 8000, tick) == 0);
  CHECK(counter.missing_before(1160, 160, 8000, tick) == 0);
  CHECK(counter.missing_before(1640, 160, 8000, tick) == 320);
  CHECK(counter.missing_before(1800, 160, 8000, tick) == 0);
}

TEST_CASE("rounding is no loss, nor is a sender that counts anew") {
  LossCounter counter;
  const AVRational tick{1, 90000};
  int64_t lost = 0;
  for (int64_t frame = 0; frame < 1000; ++frame) {
    lost += counter.missing_before((frame * 1024 * 90000 + 22050) / 44100, 1024, 44100, tick);
  }
  CHECK(lost == 0);
  CHECK(counter.missing_before(0, 1024, 44100, tick) == 0);
  CHECK(counter.missing_before(int64_t{90000} * 3600, 1024, 44100, tick) == 0);
}

TEST_CASE("frames without a time stamp count as following the last") {
  LossCounter counter;
  const AVRational tick{1, 1000};
  CHECK(counter.missing_before(0, 100, 1000, tick) == 0);
  CHECK(counter.missing_before(AV_NOPTS_VALUE, 100, 1000, tick) == 0);
  CHECK(counter.missing_before(300, 100, 1000, tick) == 100);
  CHECK(counter.missing_before(1000, 100, 2000, tick) == 0);
}

TEST_CASE("a clock slower than the frames is rounding, a stored hole may be long") {
  LossCounter counter(LossCounter::kNever_s);
  const AVRational tick{1, 1000};
  CHECK(counter.missing_before(0, 64, 44100, tick) == 0);
  CHECK(counter.missing_before(2, 64, 44100, tick) == 0);
  CHECK(counter.missing_before(3600'000, 1024, 44100, tick) == 3600 * 44100 - 88 - 64);
}
