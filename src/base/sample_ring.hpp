// Audio from one thread that must never wait (a sound system's callback) to one that may: a ring of blocks.
//
// One writer, one reader. The writer takes no lock, allocates nothing and never waits: a block that has no room is
// dropped whole and counted. Counts are samples per channel; accepted + dropped = offered, always.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/audio.hpp"

namespace astream {

class SampleRing {
 public:
  /// Room for `blocks` blocks of up to `block_samples` samples.
  SampleRing(AudioFormat format, int block_samples, int blocks);

  // Writer.
  /// Takes interleaved samples (in several blocks when they are more than one holds) whose first one was captured at
  /// `wallclock_us`, or drops and counts them. Returns whether they were taken.
  bool write(std::span<const float> samples, int64_t wallclock_us) noexcept;
  /// Counts samples as offered and dropped.
  void drop(int64_t samples) noexcept;
  /// Counts samples that were lost before they were offered, to be told in front of the next block.
  void lose(int64_t samples) noexcept;

  // Reader.
  struct Block {
    std::span<const float> samples;  ///< stays valid until pop()
    int64_t wallclock_us = 0;
  };
  /// How many samples were dropped right in front of the next block, or since the last one when the ring is empty. Each
  /// is told once.
  int64_t take_dropped() noexcept;
  /// The same of samples that were lost.
  int64_t take_lost() noexcept;
  /// The next block, or nothing.
  std::optional<Block> front() const noexcept;
  /// Gives the block that front() showed back to the writer.
  void pop() noexcept;

  // Anybody.
  int64_t offered_samples() const noexcept { return offered_samples_.load(std::memory_order_acquire); }
  int64_t accepted_samples() const noexcept { return accepted_samples_.load(std::memory_order_acquire); }
  int64_t dropped_samples() const noexcept { return dropped_samples_.load(std::memory_order_acquire); }
  AudioFormat format() const noexcept { return format_; }

 private:
  struct Slot {
    size_t values = 0;
    int64_t wallclock_us = 0;
    int64_t dropped_samples = 0;  ///< all that were dropped when it was written
    int64_t lost_samples = 0;     ///< likewise
  };

  int64_t take_news(const std::atomic<int64_t>& counter, int64_t Slot::*of_slot, int64_t& told) noexcept;
  Slot& slot_at(int64_t number) noexcept { return slots_[static_cast<size_t>(number) % slots_.size()]; }
  const Slot& slot_at(int64_t number) const noexcept { return slots_[static_cast<size_t>(number) % slots_.size()]; }
  size_t offset_of(int64_t number) const noexcept { return static_cast<size_t>(number) % slots_.size() * slot_values_; }

  AudioFormat format_;
  size_t slot_values_;
  std::vector<Slot> slots_;
  std::vector<float> values_;
  int64_t told_dropped_samples_ = 0;  ///< the reader's
  int64_t told_lost_samples_ = 0;     ///< likewise
  std::atomic<int64_t> written_ = 0;  ///< blocks since the start; the writer's
  std::atomic<int64_t> read_ = 0;     ///< the reader's
  std::atomic<int64_t> offered_samples_ = 0;
  std::atomic<int64_t> accepted_samples_ = 0;
  std::atomic<int64_t> dropped_samples_ = 0;
  std::atomic<int64_t> lost_samples_ = 0;
};

}  // namespace astream
