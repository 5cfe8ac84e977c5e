// What a microphone's callback writes into and the microphone source reads: a ring of blocks, a wake-up, and a watch
// for sound systems that died.
//
// RtAudio does not tell when the sound daemon goes away: its thread spins, and calls back with the last block again and
// again, a million times a second. So a block that equals the last one and comes much too early is held back. If more
// of them come than a clock allows, the system is dead and they were no sound; if another block comes, they were (a
// daemon hands out what it had kept, all silence) and go first. Nor does every system tell what it lost: that is found
// by the clock (CaptureClock) and counted in the ring.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/sample_ring.hpp"
#include "base/wake_up.hpp"
#include "source/audio_device.hpp"
#include "source/capture_clock.hpp"

namespace astream {

class CaptureFeed : public CaptureSink {
 public:
  using Time = std::chrono::steady_clock::time_point;

  CaptureFeed(AudioFormat format, int block_samples, int ring_blocks);

  bool on_block(std::span<const float> interleaved, bool is_overflow) noexcept override;
  /// The same at a time of the caller's own; `wallclock_us` is that of the end of the block.
  bool on_block_at(std::span<const float> interleaved, bool is_overflow, Time now, int64_t wallclock_us) noexcept;

  /// For the reader: its side of the ring, and the wake-up that tells of news.
  SampleRing& ring() { return ring_; }
  WakeUp& wake_up() { return wake_up_; }
  /// Blocks do not wake the reader before so many samples went into the ring in all.
  void want(int64_t accepted_samples) noexcept { wanted_samples_.store(accepted_samples, std::memory_order_release); }
  /// The sound system has died; nothing more comes.
  bool is_dead() const noexcept { return is_dead_.load(std::memory_order_acquire); }
  /// How often the sound system said that it lost samples before we had them.
  int64_t overflows() const noexcept { return overflows_.load(std::memory_order_acquire); }

 private:
  double seconds(int64_t samples) const noexcept;
  bool is_repeated_too_early(std::span<const float> block, Time now) const noexcept;
  bool is_storm(Time now) const noexcept;
  void release_held() noexcept;
  void keep(std::span<const float> block) noexcept;

  SampleRing ring_;
  WakeUp wake_up_;
  std::atomic<bool> is_dead_ = false;
  std::atomic<int64_t> overflows_ = 0;
  std::atomic<int64_t> wanted_samples_ = 0;

  // The callback's own.
  CaptureClock clock_;
  std::vector<float> last_;
  size_t last_values_ = 0;
  int64_t seen_samples_ = 0;  ///< of all blocks so far
  Time first_call_;
  Time last_call_;
  int64_t held_blocks_ = 0;  ///< repetitions of last_
  Time held_since_;
  int64_t held_wallclock_us_ = 0;
};

}  // namespace astream
