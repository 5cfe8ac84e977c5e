#include "dsp/level_trigger.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace astream;

namespace {

struct Event {
  int64_t begin = 0;
  std::vector<float> samples;
  bool operator==(const Event&) const = default;
};

/// Runs mono samples through a trigger in blocks of `chunk`.
std::vector<Event> events_of(const std::vector<float>& samples, LevelTriggerOptions options, size_t chunk) {
  std::vector<Event> events;
  bool is_open = false;
  const auto sink = [&](const LevelTrigger::Piece& piece) {
    if (!is_open) events.push_back({piece.sample, {}});
    Event& event = events.back();
    CHECK(piece.sample == event.begin + static_cast<int64_t>(event.samples.size()));
    event.samples.insert(event.samples.end(), piece.samples.begin(), piece.samples.end());
    is_open = !piece.is_last;
  };
  LevelTrigger trigger(options, 1);
  for (size_t at = 0; at < samples.size(); at += chunk) {
    trigger.process(static_cast<int64_t>(at), std::span(samples).subspan(at, std::min(chunk, samples.size() - at)),
                    sink);
  }
  trigger.finish(sink);
  CHECK_FALSE(is_open);
  return events;
}

std::vector<float> with_pulses(size_t size, std::initializer_list<size_t> places) {
  std::vector<float> samples(size, 0.01F);
  for (size_t i = 0; i < size; ++i) samples[i] += static_cast<float>(i % 7) * 1e-4F;
  for (const size_t place : places) samples[place] = -0.5F;
  return samples;
}

}  // namespace

TEST_CASE("level_trigger: pre-roll, post, events that join, whatever the chunking") {
  const auto samples = with_pulses(1000, {5, 300, 340, 500, 561, 990});
  const LevelTriggerOptions options{0.1F, 20, 50};
  for (const size_t chunk : {1, 2, 3, 17, 50, 64, 1000}) {
    CAPTURE(chunk);
    const auto events = events_of(samples, options, chunk);
    REQUIRE(events.size() == 5);
    CHECK(events[0].begin == 0);  // nothing was before it
    CHECK(events[0].samples.size() == 56);
    CHECK(events[1].begin == 280);
    CHECK(events[1].samples.size() == 340 + 51 - 280);
    CHECK(events[2].begin == 480);
    CHECK(events[2].samples.size() == 71);
    CHECK(events[3].begin == 551);  // right behind the last: no sample twice
    CHECK(events[4].begin == 970);
    CHECK(events[4].samples.size() == 30);  // cut by the end
    for (const Event& event : events) {
      CHECK(std::equal(event.samples.begin(), event.samples.end(), samples.begin() + event.begin));
    }
  }
}

TEST_CASE("level_trigger: random signals give the same events for any chunking") {
  std::mt19937 random(5);
  std::vector<float> samples(5000);
  for (float& sample : samples) sample = random() % 200 == 0 ? 1.0F : 0.0F;
  const LevelTriggerOptions options{0.5F, 30, 40};
  const auto whole = events_of(samples, options, samples.size());
  CHECK(whole.size() > 5);
  for (int i = 0; i < 10; ++i) CHECK(events_of(samples, options, 1 + random() % 300) == whole);
}

TEST_CASE("level_trigger: a gap ends an event that would have ended in it, and empties the pre-roll") {
  LevelTrigger trigger({0.5F, 100, 50}, 2);
  std::vector<std::pair<int64_t, bool>> pieces;
  const auto sink = [&](const LevelTrigger::Piece& piece) { pieces.emplace_back(piece.sample, piece.is_last); };
  std::vector<float> loud(20, 0.0F);
  loud[11] = 1;  // sample 5, the second channel
  trigger.process(0, loud, sink);
  trigger.process(30, loud, sink);  // a gap within `post`: the same event
  trigger.process(500, loud, sink);
  trigger.finish(sink);
  using Pieces = std::vector<std::pair<int64_t, bool>>;
  CHECK(pieces == Pieces{{0, false}, {5, false}, {30, false}, {40, true}, {500, false}, {505, false}, {510, true}});
}
