#include "dsp/windower.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/audio.hpp"
#include "base/error.hpp"

namespace astream {

namespace {

/// Positions are sums of a few of these; far above any real length, far below overflow.
constexpr int64_t kMaxHopSamples = int64_t{1} << 60;

void check(const WindowPlan& plan, int channels) {
  if (channels < 1 || channels > kMaxChannels) {
    throw Error(ErrorKind::usage,
                "windows need 1 to " + std::to_string(kMaxChannels) + " channels, not " + std::to_string(channels));
  }
  if (plan.window_samples < 1) throw Error(ErrorKind::usage, "a window must hold at least 1 sample");
  if (plan.hop_samples < 1) throw Error(ErrorKind::usage, "the hop must be at least 1 sample");
  if (plan.hop_samples > kMaxHopSamples) throw Error(ErrorKind::usage, "the hop is too long");
  const auto sample_bytes = static_cast<int64_t>(sizeof(float)) * channels;
  if (plan.window_samples > Windower::kMaxWindowBytes / sample_bytes) {
    throw Error(ErrorKind::usage,
                "a window of " + std::to_string(plan.window_samples) + " samples takes more than 2 GiB", {},
                "choose a shorter window, a lower rate or fewer channels");
  }
}

}  // namespace

Windower::Windower(WindowPlan plan, int channels) : plan_(plan), channels_(channels) {
  check(plan, channels);
}

int64_t Windower::block_end() const {
  return block_start_ + static_cast<int64_t>(block_.size()) / channels_;
}

void Windower::push(std::span<const float> block) {
  carry_over();
  block_ = block;
  block_start_ = pushed_samples_;
  pushed_samples_ = block_end();
}

int64_t Windower::missing_samples() const {
  return std::max<int64_t>(0, next_start_ + plan_.window_samples - pushed_samples_);
}

int64_t Windower::skippable_samples() const {
  return is_finished_ ? 0 : std::max<int64_t>(0, next_start_ - pushed_samples_);
}

void Windower::skip(int64_t count) {
  if (count < 0 || count > skippable_samples()) {
    throw Error(ErrorKind::internal, "a windower was told to skip samples that a window needs");
  }
  carry_over();
  pushed_samples_ += count;
}

std::optional<WindowSlice> Windower::next() {
  const int64_t start = next_start_;
  const int64_t end = start + plan_.window_samples;
  if (end > pushed_samples_) {
    if (is_finished_) return last_window();
    carry_over();
    return std::nullopt;
  }
  next_start_ = start + plan_.hop_samples;
  covered_end_ = end;
  return WindowSlice{start, plan_.window_samples, slice(start, plan_.window_samples)};
}

/// The window that reaches past the end, if the tail rule wants it.
std::optional<WindowSlice> Windower::last_window() {
  const int64_t start = next_start_;
  const int64_t valid = pushed_samples_ - start;
  const bool holds_something_new = valid > 0 && pushed_samples_ > covered_end_;
  if (is_ended_ || plan_.tail == Tail::drop || !holds_something_new) {
    is_ended_ = true;
    block_ = {};
    return std::nullopt;
  }
  is_ended_ = true;
  if (plan_.tail == Tail::crop) return WindowSlice{start, valid, slice(start, valid)};

  forget_before(start);
  keep_until(pushed_samples_);
  const int64_t missing = plan_.window_samples - valid;
  float* const zeros = room_behind_kept(missing);
  std::fill_n(zeros, missing * channels_, 0.0F);
  const float* const first = zeros - valid * channels_;
  return WindowSlice{start, valid, {first, static_cast<size_t>(plan_.window_samples * channels_)}};
}

void Windower::finish() {
  is_finished_ = true;
}

void Windower::restart(int64_t position) {
  pushed_samples_ = position;
  next_start_ = position;
  covered_end_ = position;
  is_finished_ = false;
  is_ended_ = false;
  block_ = {};
  block_start_ = position;
  kept_samples_ = 0;
}

/// [start, start + count) in one piece: in the block itself, or in the kept samples and as much of the block behind
/// them.
std::span<const float> Windower::slice(int64_t start, int64_t count) {
  const auto values = static_cast<size_t>(count * channels_);
  if (start >= block_start_) {
    kept_samples_ = 0;
    return block_.subspan(static_cast<size_t>((start - block_start_) * channels_), values);
  }
  forget_before(start);
  keep_until(start + count);
  return {kept_.get() + kept_offset_samples_ * channels_, values};
}

void Windower::forget_before(int64_t position) {
  const int64_t count = std::clamp<int64_t>(position - kept_start_, 0, kept_samples_);
  kept_start_ += count;
  kept_offset_samples_ += count;
  kept_samples_ -= count;
}

/// Copies from the block what is missing in the kept samples up to `position`. Nothing before next_start_ is needed.
void Windower::keep_until(int64_t position) {
  if (kept_samples_ == 0) {
    kept_start_ = std::max(next_start_, block_start_);
    kept_offset_samples_ = 0;
  }
  const int64_t from = kept_end();
  const int64_t count = position - from;
  if (count <= 0) return;
  const float* const source = block_.data() + (from - block_start_) * channels_;
  std::memcpy(room_behind_kept(count), source, static_cast<size_t>(count * channels_) * sizeof(float));
  kept_samples_ += count;
}

/// Room for `count` samples right behind the kept ones, which may be moved. With overlap there is room for half a
/// window more than a window holds, so that the kept samples move to the front once per half window and not once per
/// hop.
float* Windower::room_behind_kept(int64_t count) {
  constexpr int64_t kLeastSamples = 4096;
  const int64_t needed = kept_samples_ + count;
  if (kept_offset_samples_ + needed > kept_capacity_samples_) {
    const int64_t slack = plan_.hop_samples < plan_.window_samples ? plan_.window_samples / 2 : 0;
    const int64_t full = plan_.window_samples + slack;
    std::unique_ptr<float[]> larger;
    if (kept_capacity_samples_ < full || needed > kept_capacity_samples_) {
      kept_capacity_samples_ = std::max(needed, std::min(full, std::max(2 * kept_capacity_samples_, kLeastSamples)));
      larger = std::make_unique_for_overwrite<float[]>(static_cast<size_t>(kept_capacity_samples_ * channels_));
    }
    float* const to = larger ? larger.get() : kept_.get();
    if (kept_samples_ > 0) {
      std::memmove(to, kept_.get() + kept_offset_samples_ * channels_,
                   static_cast<size_t>(kept_samples_ * channels_) * sizeof(float));
    }
    if (larger) kept_ = std::move(larger);
    kept_offset_samples_ = 0;
  }
  return kept_.get() + (kept_offset_samples_ + kept_samples_) * channels_;
}

/// Gives the borrowed block back: keeps of it what a later window needs.
void Windower::carry_over() {
  if (!block_.empty()) {
    forget_before(next_start_);
    if (next_start_ < pushed_samples_) {
      keep_until(pushed_samples_);
    } else {
      kept_samples_ = 0;
    }
  }
  block_ = {};
  block_start_ = pushed_samples_;
}

}  // namespace astream
