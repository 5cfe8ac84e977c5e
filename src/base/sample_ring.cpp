#include "base/sample_ring.hpp"

#include <algorithm>
#include <utility>

namespace astream {

static_assert(std::atomic<int64_t>::is_always_lock_free, "write() must not lock");

SampleRing::SampleRing(AudioFormat format, int block_samples, int blocks)
    : format_(format),
      slot_values_(static_cast<size_t>(block_samples) * static_cast<size_t>(format.channels)),
      slots_(static_cast<size_t>(blocks)),
      values_(slot_values_ * slots_.size()) {}

bool SampleRing::write(std::span<const float> samples, int64_t wallclock_us) noexcept {
  const auto channels = static_cast<size_t>(format_.channels);
  const auto count = static_cast<int64_t>(samples.size() / channels);
  const auto needed = static_cast<int64_t>((samples.size() + slot_values_ - 1) / slot_values_);
  const int64_t written = written_.load(std::memory_order_relaxed);
  if (written + needed - read_.load(std::memory_order_acquire) > static_cast<int64_t>(slots_.size())) {
    drop(count);
    return false;
  }
  constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
  for (int64_t piece = 0; piece < needed; ++piece) {
    const size_t begin = static_cast<size_t>(piece) * slot_values_;
    const size_t size = std::min(slot_values_, samples.size() - begin);
    const auto from = samples.begin() + static_cast<std::ptrdiff_t>(begin);
    std::copy_n(from, size, values_.begin() + static_cast<std::ptrdiff_t>(offset_of(written + piece)));
    const auto samples_before = static_cast<int64_t>(begin / channels);
    slot_at(written + piece) = {size, wallclock_us + samples_before * kMicrosecondsPerSecond / format_.rate_hz,
                                dropped_samples_.load(std::memory_order_relaxed),
                                lost_samples_.load(std::memory_order_relaxed)};
  }
  offered_samples_.fetch_add(count, std::memory_order_release);
  accepted_samples_.fetch_add(count, std::memory_order_release);
  written_.store(written + needed, std::memory_order_release);
  return true;
}

void SampleRing::drop(int64_t samples) noexcept {
  offered_samples_.fetch_add(samples, std::memory_order_release);
  dropped_samples_.fetch_add(samples, std::memory_order_release);
}

void SampleRing::lose(int64_t samples) noexcept {
  lost_samples_.fetch_add(samples, std::memory_order_release);
}

int64_t SampleRing::take_news(const std::atomic<int64_t>& counter, int64_t Slot::*of_slot, int64_t& told) noexcept {
  // The counter before the look at the ring: a block that was written before it was counted is seen then.
  int64_t count = counter.load(std::memory_order_acquire);
  const int64_t read = read_.load(std::memory_order_relaxed);
  if (written_.load(std::memory_order_acquire) > read) count = slot_at(read).*of_slot;
  return count - std::exchange(told, count);
}

int64_t SampleRing::take_dropped() noexcept {
  return take_news(dropped_samples_, &Slot::dropped_samples, told_dropped_samples_);
}

int64_t SampleRing::take_lost() noexcept {
  return take_news(lost_samples_, &Slot::lost_samples, told_lost_samples_);
}

std::optional<SampleRing::Block> SampleRing::front() const noexcept {
  const int64_t read = read_.load(std::memory_order_relaxed);
  if (written_.load(std::memory_order_acquire) == read) return std::nullopt;
  const Slot& slot = slot_at(read);
  return Block{{values_.data() + offset_of(read), slot.values}, slot.wallclock_us};
}

void SampleRing::pop() noexcept {
  read_.fetch_add(1, std::memory_order_release);
}

}  // namespace astream
