#include "cli/stats_lines.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace astream;

namespace {

nlohmann::json stats_of(const StreamHealth& health) {
  return nlohmann::json::parse(cli::stats_line(health)).at("stats");
}

}  // namespace

TEST_CASE("stats line: what the driver, the buffer and the network lost are counters of their own") {
  StreamHealth health;
  health.is_open = true;
  health.so_far.gap_samples = 900;
  health.so_far.dropped_samples = 20;
  health.so_far.overflows = 3;
  health.lost_samples = 400;
  health.live.emplace();
  health.live->state = LiveState::live;
  health.live->reconnects = 1;
  const auto stats = stats_of(health);
  CHECK(stats.at("state") == "live");
  CHECK(stats.at("gap") == 900);
  CHECK(stats.at("lost") == 400);
  CHECK(stats.at("dropped") == 20);
  CHECK(stats.at("overflows") == 3);
  CHECK(stats.at("reconnects") == 1);
}

TEST_CASE("stats line: only live inputs have losses of a network or a driver, and none before it is open") {
  StreamHealth health;
  CHECK(stats_of(health).at("state") == "opening");
  CHECK_FALSE(stats_of(health).contains("dropped"));
  health.is_open = true;
  CHECK(stats_of(health).at("state") == "reading");
  CHECK(stats_of(health).at("dropped") == 0);
  CHECK_FALSE(stats_of(health).contains("lost"));
  CHECK_FALSE(stats_of(health).contains("overflows"));
  health.is_open = false;
  health.live = LiveHealth{};
  CHECK(stats_of(health).at("state") == "connecting");
  CHECK_FALSE(stats_of(health).contains("overflows"));
}
