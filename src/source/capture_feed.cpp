#include "source/capture_feed.hpp"

#include <algorithm>

namespace astream {

namespace {

/// A repeated block is early when it comes in less than this share of its length.
constexpr double kEarlyShare = 0.25;
/// So much of one block over and over ...
constexpr double kStormLength_s = 5;
/// ... so much faster than it would sound ...
constexpr double kStormSpeed = 50;
/// ... and so far ahead of the clock is no sound.
constexpr double kStormLead_s = 5;
/// Callbacks may bring several times the block that was asked for; larger ones are not compared.
constexpr size_t kComparedBlocks = 8;
constexpr double kMicrosecondsPerSecond = 1e6;

double seconds_between(CaptureFeed::Time from, CaptureFeed::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

CaptureFeed::CaptureFeed(AudioFormat format, int block_samples, int ring_blocks)
    : ring_(format, block_samples, ring_blocks),
      clock_(format.rate_hz),
      last_(static_cast<size_t>(block_samples) * static_cast<size_t>(format.channels) * kComparedBlocks) {}

double CaptureFeed::seconds(int64_t samples) const noexcept {
  return static_cast<double>(samples) / ring_.format().rate_hz;
}

bool CaptureFeed::is_repeated_too_early(std::span<const float> block, Time now) const noexcept {
  if (block.size() != last_values_) return false;
  const auto block_samples = static_cast<int64_t>(block.size()) / ring_.format().channels;
  return seconds_between(last_call_, now) < seconds(block_samples) * kEarlyShare &&
         std::equal(block.begin(), block.end(), last_.begin());
}

bool CaptureFeed::is_storm(Time now) const noexcept {
  const auto block_samples = static_cast<int64_t>(last_values_) / ring_.format().channels;
  const double held_s = seconds(held_blocks_ * block_samples);
  return held_s >= kStormLength_s && seconds_between(held_since_, now) * kStormSpeed < held_s &&
         seconds(seen_samples_) > seconds_between(first_call_, now) + kStormLead_s;
}

/// The blocks held back were sound: all of them equal the last one.
void CaptureFeed::release_held() noexcept {
  const auto block_samples = static_cast<int64_t>(last_values_) / ring_.format().channels;
  const auto block_us = static_cast<int64_t>(seconds(block_samples) * kMicrosecondsPerSecond);
  for (; held_blocks_ > 0; --held_blocks_, held_wallclock_us_ += block_us) {
    if (ring_.write(std::span(last_).first(last_values_), held_wallclock_us_)) continue;
    ring_.drop((held_blocks_ - 1) * block_samples);  // the ring is full: no use in trying all of them
    held_blocks_ = 0;
    return;
  }
}

void CaptureFeed::keep(std::span<const float> block) noexcept {
  last_values_ = block.size() <= last_.size() ? block.size() : 0;
  std::copy_n(block.begin(), last_values_, last_.begin());
}

bool CaptureFeed::on_block(std::span<const float> interleaved, bool is_overflow) noexcept {
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::system_clock;
  const auto wallclock = system_clock::now().time_since_epoch();
  return on_block_at(interleaved, is_overflow, std::chrono::steady_clock::now(),
                     duration_cast<microseconds>(wallclock).count());
}

bool CaptureFeed::on_block_at(std::span<const float> interleaved, bool is_overflow, Time now,
                              int64_t wallclock_us) noexcept {
  if (is_dead_.load(std::memory_order_relaxed)) return false;
  if (interleaved.empty()) return true;
  const auto samples = static_cast<int64_t>(interleaved.size()) / ring_.format().channels;
  const auto begin_us = wallclock_us - static_cast<int64_t>(seconds(samples) * kMicrosecondsPerSecond);
  if (seen_samples_ == 0) first_call_ = now;
  seen_samples_ += samples;
  const bool is_early = is_repeated_too_early(interleaved, now);
  last_call_ = now;
  if (is_early) {
    if (held_blocks_++ == 0) {
      held_since_ = now;
      held_wallclock_us_ = begin_us;
    }
    if (!is_storm(now)) return true;
    is_dead_.store(true, std::memory_order_release);
    wake_up_.notify();
    return false;
  }
  if (is_overflow) overflows_.fetch_add(1, std::memory_order_release);  // not for what a dead system says
  const auto held_samples = held_blocks_ * static_cast<int64_t>(last_values_) / ring_.format().channels;
  ring_.lose(clock_.lost_before(now, held_samples + samples));
  release_held();
  const bool is_taken = ring_.write(interleaved, begin_us);
  keep(interleaved);
  if (!is_taken || ring_.accepted_samples() >= wanted_samples_.load(std::memory_order_acquire)) wake_up_.notify();
  return true;
}

}  // namespace astream
