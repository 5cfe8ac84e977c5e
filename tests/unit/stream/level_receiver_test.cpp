// Rows of levels and alarms out of windows: where they stand, gaps, several streams in turns.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "stream/alarm_receiver.hpp"
#include "stream/level_receiver.hpp"
#include "stream/level_scene.hpp"

using namespace astream;

namespace {

constexpr int kRate_hz = 8000;

class KeepingRows : public RowReceiver {
 public:
  struct Kept {
    Row row;
    std::vector<double> values;
  };
  void stream_start(const RowStreamStart& event) override { columns = event.columns; }
  void row(const Row& row) override { rows.push_back({row, {row.values.begin(), row.values.end()}}); }
  void stream_end(const StreamEnd&) override { ++ends; }

  double value(size_t row, const std::string& column) const {
    return rows.at(row).values.at(
        static_cast<size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin()));
  }

  std::vector<std::string> columns;
  std::vector<Kept> rows;
  int ends = 0;
};

StreamStart start_of(int64_t stream, int channels = 1, bool is_live = false) {
  StreamStart start;
  start.stream = stream;
  start.label = start.uri = "test";
  start.format = {kRate_hz, channels};
  start.is_live = is_live;
  return start;
}

/// A window of a constant.
void send(Receiver& receiver, int64_t stream, int64_t sample, int64_t count, float value, int channels = 1,
          int64_t gap_samples = 0) {
  const std::vector<float> samples(static_cast<size_t>(count * channels), value);
  Window window;
  window.stream = stream;
  window.sample = sample;
  window.time_s = static_cast<double>(sample) / kRate_hz;
  window.format = {kRate_hz, channels};
  window.valid_samples = count;
  window.gap_samples = gap_samples;
  window.samples = samples;
  receiver.window(window);
}

void end(Receiver& receiver, int64_t stream) {
  StreamEnd event;
  event.stream = stream;
  receiver.stream_end(event);
}

}  // namespace

TEST_CASE("level rows: an interval and channel each, cut to the sample, the total behind them") {
  KeepingRows rows;
  LevelReceiver receiver({{0.5, {}}, {}}, rows);
  receiver.stream_start(start_of(0, 2));
  for (int64_t at = 0; at < 9000; at += 90) send(receiver, 0, at, 90, at < 4000 ? 0.5F : 0.25F, 2);
  end(receiver, 0);
  REQUIRE(rows.rows.size() == 2 * (3 + 1));
  CHECK(rows.rows[2].row.sample == 4000);
  CHECK(rows.rows[3].row.channel == 1);
  CHECK(rows.rows[3].row.index == 1);
  CHECK(rows.rows[4].row.duration_samples == 1000);
  CHECK(rows.rows[7].row.sample == 0);
  CHECK(rows.rows[7].row.duration_samples == 9000);
  CHECK(rows.value(5, "is_total") == 0);
  CHECK(rows.value(6, "is_total") == 1);
  CHECK(rows.value(0, "rms_dbfs") == doctest::Approx(20 * std::log10(0.5)));
  // The window that reaches over the border is 0.5 in both parts.
  CHECK(rows.value(2, "peak_dbfs") == doctest::Approx(20 * std::log10(0.5)));
  CHECK(rows.value(4, "peak_dbfs") == doctest::Approx(20 * std::log10(0.25)));
  CHECK(rows.ends == 1);
}

TEST_CASE("level rows: a gap ends a row, the next one begins behind it and ends on the grid") {
  KeepingRows rows;
  LevelReceiver receiver({{1, {}}, {}}, rows);
  receiver.stream_start(start_of(0));
  send(receiver, 0, 0, 2000, 0.5F);
  send(receiver, 0, 10'000, 6000, 0.25F, 1, 8000);
  end(receiver, 0);
  REQUIRE(rows.rows.size() == 3);
  CHECK(rows.rows[0].row.duration_samples == 2000);
  CHECK(rows.rows[1].row.sample == 10'000);
  CHECK(rows.rows[1].row.duration_samples == 6000);
  CHECK(rows.rows[1].row.gap_samples == 8000);
  CHECK(rows.rows[2].row.gap_samples == 8000);
  CHECK(rows.rows[2].row.duration_samples == 8000);
}

TEST_CASE("level rows: streams that take turns keep apart; one that is empty has no rows") {
  KeepingRows rows;
  LevelReceiver receiver({{1, {}}, {}}, rows);
  for (const int64_t stream : {0, 1, 2}) receiver.stream_start(start_of(stream));
  for (int64_t at = 0; at < 8000; at += 1000) {
    send(receiver, 0, at, 1000, 0.5F);
    send(receiver, 1, at, 1000, 0.125F);
  }
  for (const int64_t stream : {1, 0, 2}) end(receiver, stream);
  REQUIRE(rows.rows.size() == 4);
  for (size_t i = 0; i < 4; ++i) {
    const double wanted = rows.rows[i].row.stream == 0 ? 0.5 : 0.125;
    CHECK(rows.value(i, "rms_dbfs") == doctest::Approx(20 * std::log10(wanted)));
  }
  CHECK(rows.ends == 3);
}

TEST_CASE("alarm rows: raised and over, each with its place; the clock raises it on a stalled live stream alone") {
  KeepingRows rows;
  AlarmReceiver receiver({-40, false, 1}, false, rows);
  receiver.stream_start(start_of(0, 1, true));
  receiver.stream_start(start_of(1, 1, false));
  send(receiver, 0, 4000, 8000, 0.5F);
  send(receiver, 1, 0, 8000, 0.5F);
  CHECK(receiver.tick(Clock::now()) == Flow::proceed);
  CHECK(rows.rows.empty());
  receiver.tick(Clock::now() + std::chrono::seconds(10));
  REQUIRE(rows.rows.size() == 1);
  CHECK(rows.rows[0].row.stream == 0);
  CHECK(rows.rows[0].row.sample == 12'000);
  CHECK(rows.value(0, "alarm") == 1);
  send(receiver, 0, 92'000, 8000, 0.5F);
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.value(1, "alarm") == 0);
  CHECK(rows.rows[1].row.duration_samples == 80'000);
  CHECK(receiver.was_raised());
}

TEST_CASE("scene: states of a stream, from its events and from the clock") {
  LevelScene scene({});
  scene.stream_start(start_of(7, 2, true));
  send(scene, 7, 0, 160, 0.5F, 2, 800);
  const StreamScene& stream = *scene.streams().at(0);
  CHECK(stream.state == StreamState::live);
  CHECK(stream.gap_s == doctest::Approx(0.1));
  scene.stream_link({7, false});
  CHECK(stream.state == StreamState::reconnecting);
  send(scene, 7, 160, 160, 0.5F, 2);  // what was buffered
  CHECK(stream.state == StreamState::reconnecting);
  scene.stream_link({7, true});
  send(scene, 7, 320, 160, 0.5F, 2);
  CHECK(stream.state == StreamState::live);
  scene.advance(Clock::now() + std::chrono::seconds(3));
  CHECK(stream.state == StreamState::stalled);
  CHECK(stream.meters[0].peak_db() < -30);
  scene.stream_info({7, 1, {{"StreamTitle", "Song"}}});
  CHECK(stream.title == "Song");
  scene.stream_error({8, "file:none", ErrorKind::open, "no such file", ""});
  CHECK(scene.newest_running() == 0);
  end(scene, 7);
  CHECK(stream.state == StreamState::ended);
  CHECK(scene.streams().at(1)->state == StreamState::failed);
}
