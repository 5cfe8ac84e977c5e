#include "source/reconnect_policy.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace astream;
using namespace std::chrono_literals;

namespace {

using TimePoint = ReconnectPolicy::TimePoint;

std::chrono::milliseconds in_ms(std::optional<ReconnectPolicy::Duration> delay) {
  REQUIRE(delay);
  return std::chrono::round<std::chrono::milliseconds>(*delay);
}

ReconnectPolicy make_policy(double random, std::optional<int64_t> max_attempts = {}) {
  return {{1s, 60s, max_attempts}, [random] { return random; }};
}

}  // namespace

TEST_CASE("the waits double from MIN up to MAX and stay there") {
  auto policy = make_policy(0);
  std::vector<std::chrono::milliseconds> waits;
  for (int i = 0; i < 9; ++i) waits.push_back(in_ms(policy.lost(TimePoint{})));
  CHECK(waits == std::vector<std::chrono::milliseconds>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s});
  CHECK(policy.attempts() == 9);
}

TEST_CASE("the jitter spreads each wait up to the next, never above MAX") {
  auto policy = make_policy(0.5);
  std::vector<std::chrono::milliseconds> waits;
  for (int i = 0; i < 7; ++i) waits.push_back(in_ms(policy.lost(TimePoint{})));
  CHECK(waits == std::vector<std::chrono::milliseconds>{1500ms, 3s, 6s, 12s, 24s, 46s, 60s});
}

TEST_CASE("after thousands of attempts the wait is still MAX") {
  auto policy = make_policy(0.999);
  for (int i = 0; i < 5000; ++i) policy.lost(TimePoint{});
  CHECK(in_ms(policy.lost(TimePoint{})) == 60s);
}

TEST_CASE("a limit of attempts ends them, a healthy minute grants them again") {
  auto policy = make_policy(0, 2);
  CHECK(policy.lost(TimePoint{}));
  CHECK(policy.lost(TimePoint{}));
  CHECK_FALSE(policy.lost(TimePoint{}));

  policy.connected(TimePoint{} + 10s);
  CHECK_FALSE(policy.lost(TimePoint{} + 69s));

  policy.connected(TimePoint{} + 100s);
  CHECK(in_ms(policy.lost(TimePoint{} + 160s)) == 1s);
  CHECK(policy.attempts() == 1);
}

TEST_CASE("a minute without a connection is no healthy minute") {
  auto policy = make_policy(0);
  policy.connected(TimePoint{});
  CHECK(in_ms(policy.lost(TimePoint{} + 1s)) == 1s);
  CHECK(in_ms(policy.lost(TimePoint{} + 500s)) == 2s);
}

TEST_CASE("no attempts at all") {
  auto policy = make_policy(0, 0);
  CHECK_FALSE(policy.lost(TimePoint{}));
}

TEST_CASE("a MAX below MIN counts as MIN") {
  ReconnectPolicy policy({5s, 1s, {}}, [] { return 0.9; });
  CHECK(in_ms(policy.lost(TimePoint{})) == 5s);
  CHECK(in_ms(policy.lost(TimePoint{})) == 5s);
}
