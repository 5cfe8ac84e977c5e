#include <doctest/doctest.h>

#include "base/error.hpp"
#include "stream/generator.hpp"
#include "stream/receiver.hpp"

using namespace astream;

namespace {

StreamOptions window_of(TimeSpec window) {
  StreamOptions options;
  options.window = window;
  return options;
}

std::string refusal(const StreamOptions& options, int rate_hz) {
  try {
    plan_windows(options, rate_hz);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_FALSE(error.hint().empty());
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("plan_windows: the hop is the window unless told otherwise") {
  CHECK(plan_windows(window_of({1.0, {}}), 16000) == WindowPlan{16000, 16000, Tail::pad});
  CHECK(plan_windows(window_of({0, 512}), 16000) == WindowPlan{512, 512, Tail::pad});
}

TEST_CASE("plan_windows: seconds are rounded to the nearest sample") {
  CHECK(plan_windows(window_of({0.1, {}}), 44100).window_samples == 4410);
  CHECK(plan_windows(window_of({0.96, {}}), 11025).window_samples == 10584);
  CHECK(plan_windows(window_of({0.0333, {}}), 1000).window_samples == 33);
  CHECK(plan_windows(window_of({0.0336, {}}), 1000).window_samples == 34);
}

TEST_CASE("plan_windows: hop, overlap in percent, overlap as time") {
  StreamOptions options = window_of({1.0, {}});
  options.tail = Tail::crop;
  SUBCASE("hop") {
    options.hop = TimeSpec{0.25, {}};
    CHECK(plan_windows(options, 8000) == WindowPlan{8000, 2000, Tail::crop});
  }
  SUBCASE("a hop above the window") {
    options.hop = TimeSpec{3, {}};
    CHECK(plan_windows(options, 8000) == WindowPlan{8000, 24000, Tail::crop});
  }
  SUBCASE("percent") {
    options.overlap = OverlapSpec{75.0, {}};
    CHECK(plan_windows(options, 8000) == WindowPlan{8000, 2000, Tail::crop});
  }
  SUBCASE("percent, rounded") {
    options.window = {0, 3};
    options.overlap = OverlapSpec{50.0, {}};
    CHECK(plan_windows(options, 8000).hop_samples == 1);  // 1.5 samples of overlap are 2
  }
  SUBCASE("time") {
    options.overlap = OverlapSpec{{}, {0, 100}};
    CHECK(plan_windows(options, 8000).hop_samples == 7900);
  }
}

TEST_CASE("plan_windows: what can't be is refused with a hint") {
  CHECK(refusal(window_of({0.00001, {}}), 8000) == "the window is shorter than one sample at 8000 Hz");
  StreamOptions options = window_of({0.5, {}});
  options.hop = TimeSpec{0.00001, {}};
  CHECK(refusal(options, 8000) == "the hop is shorter than one sample");
  options.hop.reset();
  options.overlap = OverlapSpec{{}, {0.5, {}}};
  CHECK(refusal(options, 8000) == "the overlap is as long as the window, so that it would never move on");
  options.overlap = OverlapSpec{{}, {0.7, {}}};
  CHECK(refusal(options, 8000) == "the overlap is as long as the window, so that it would never move on");
  options.window = {0, 2};
  options.overlap = OverlapSpec{99.0, {}};
  CHECK(refusal(options, 8000) == "the overlap is as long as the window, so that it would never move on");
}

TEST_CASE("receiver: every reason has its word") {
  CHECK(reason_name(EndReason::end) == "end");
  CHECK(reason_name(EndReason::limit) == "limit");
  CHECK(reason_name(EndReason::stop) == "stop");
  CHECK(reason_name(EndReason::interrupted) == "interrupted");
  CHECK(reason_name(EndReason::error) == "error");
  CHECK(reason_name(EndReason::lost) == "lost");
}

TEST_CASE("window_grid: where all windows begin and end, in samples of the source") {
  StreamOptions options = window_of({1.0, {}});
  CHECK(window_grid(options, 48000) == 48000);
  options.hop = TimeSpec{0.4, {}};
  CHECK(window_grid(options, 48000) == 9600);  // 48000 and 19200
  options.rate_hz = 48000;
  CHECK(window_grid(options, 48000) == 9600);
  CHECK(window_grid(options, 44100) == 0);  // resampled: windows end where the filter lets go of them
  options.rate_hz.reset();
  options.start = TimeSpec{1, {}};
  CHECK(window_grid(options, 48000) == 0);
  options.start = {};
  options.filter = "volume=2";
  CHECK(window_grid(options, 48000) == 0);
  CHECK(window_grid(window_of({0, 0}), 48000) == 0);
}
