#include "dsp/level_trigger.hpp"

#include <algorithm>
#include <cmath>

namespace astream {

LevelTrigger::LevelTrigger(LevelTriggerOptions options, int channels)
    : options_(options), channels_(static_cast<size_t>(channels)) {}

bool LevelTrigger::is_loud(std::span<const float> frame) const {
  return std::any_of(frame.begin(), frame.end(), [this](float value) { return std::abs(value) >= options_.threshold; });
}

/// The index of the first loud sample, -1 when there is none.
int64_t LevelTrigger::first_loud(std::span<const float> samples) const {
  for (size_t at = 0; at < samples.size(); at += channels_) {
    if (is_loud(samples.subspan(at, channels_))) return static_cast<int64_t>(at / channels_);
  }
  return -1;
}

int64_t LevelTrigger::last_loud(std::span<const float> samples) const {
  for (size_t at = samples.size(); at >= channels_; at -= channels_) {
    if (is_loud(samples.subspan(at - channels_, channels_))) return static_cast<int64_t>(at / channels_) - 1;
  }
  return -1;
}

void LevelTrigger::remember(std::span<const float> samples) {
  const size_t wanted = static_cast<size_t>(options_.pre_samples) * channels_;
  if (samples.size() >= wanted) {
    kept_.assign(samples.end() - static_cast<std::ptrdiff_t>(wanted), samples.end());
  } else {
    // Moved down seldom, so that each sample is moved a bounded number of times.
    if (kept_.size() + samples.size() > 2 * wanted) {
      kept_.erase(kept_.begin(), kept_.end() - static_cast<std::ptrdiff_t>(wanted - samples.size()));
    }
    kept_.insert(kept_.end(), samples.begin(), samples.end());
  }
  position_ += static_cast<int64_t>(samples.size() / channels_);
}

void LevelTrigger::end_event(const PieceSink& sink) {
  is_open_ = false;
  sink({position_, {}, true});
}

/// Inside an event: takes what belongs to it, returns the rest.
std::span<const float> LevelTrigger::go_on(std::span<const float> samples, const PieceSink& sink) {
  const auto count = static_cast<int64_t>(samples.size() / channels_);
  int64_t taken = 0;
  int64_t scanned = 0;
  while ((taken = std::min(count, end_ - position_)) > scanned) {
    const auto part =
        samples.subspan(static_cast<size_t>(scanned) * channels_, static_cast<size_t>(taken - scanned) * channels_);
    const int64_t loud = last_loud(part);
    if (loud >= 0) end_ = position_ + scanned + loud + 1 + options_.post_samples;
    scanned = taken;
  }
  if (taken > 0) sink({position_, samples.first(static_cast<size_t>(taken) * channels_), false});
  position_ += taken;
  if (position_ == end_) end_event(sink);
  return samples.subspan(static_cast<size_t>(taken) * channels_);
}

/// Between events: returns the rest from the first loud sample on.
std::span<const float> LevelTrigger::look_for_event(std::span<const float> samples, const PieceSink& sink) {
  const int64_t loud = first_loud(samples);
  if (loud < 0) {
    remember(samples);
    return {};
  }
  remember(samples.first(static_cast<size_t>(loud) * channels_));
  const size_t wanted = static_cast<size_t>(options_.pre_samples) * channels_;
  const std::span<const float> before = std::span(kept_).last(std::min(kept_.size(), wanted));
  is_open_ = true;
  end_ = position_ + 1 + options_.post_samples;
  sink({position_ - static_cast<int64_t>(before.size() / channels_), before, false});
  kept_.clear();
  return samples.subspan(static_cast<size_t>(loud) * channels_);
}

void LevelTrigger::process(int64_t sample, std::span<const float> samples, const PieceSink& sink) {
  if (is_begun_ && sample != position_) {
    kept_.clear();
    if (is_open_ && sample >= end_) end_event(sink);
  }
  is_begun_ = true;
  position_ = sample;
  while (!samples.empty()) samples = is_open_ ? go_on(samples, sink) : look_for_event(samples, sink);
}

void LevelTrigger::finish(const PieceSink& sink) {
  if (is_open_) end_event(sink);
  kept_.clear();
}

}  // namespace astream
