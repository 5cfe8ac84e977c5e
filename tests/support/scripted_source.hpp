// A source that does what its script says. The log outlives it and tells what was asked of it.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "source/source.hpp"
#include "support/script.hpp"

namespace astream::test {

class ScriptedSource : public Source {
 public:
  explicit ScriptedSource(Script script, ScriptLog* log = nullptr)
      : script_(std::move(script)), log_(log != nullptr ? log : &own_log_), info_(script_.info) {
    info_.format = script_.format;
    ++log_->opened;
  }
  ~ScriptedSource() override { ++log_->closed; }

  bool wait_open(Clock::time_point /*deadline*/) override { return script_.opening_looks-- <= 0; }
  bool runs_by_itself() const override { return script_.runs_by_itself; }
  const SourceInfo& info() const override { return info_; }

  ReadResult read(Clock::time_point /*deadline*/) override {
    ++log_->reads;
    ReadResult result;
    if (step_ == script_.steps.size()) {
      is_end_seen_ = true;
      return result;
    }
    const ScriptStep& step = script_.steps[step_++];
    const int64_t skipped = std::exchange(skipped_in_step_, 0);
    if (step.raise) step.raise();
    result.kind = step.kind;
    if (step.kind == ReadKind::data) {
      if (script_.wallclock_us)
        result.wallclock_us = *script_.wallclock_us + position_ * 1'000'000 / info_.format.rate_hz;
      result.samples = make_block(step.samples - skipped);
    }
    if (step.kind == ReadKind::gap) {
      position_ += result.gap_samples = step.samples;
      position_ += result.dropped_samples = step.dropped_samples;
    }
    if (step.kind == ReadKind::format_changed) info_.format = result.format = step.format;
    if (step.kind == ReadKind::tags) result.tags = step.tags;
    return result;
  }

  void want(Clock::duration length) override {
    log_->wanted.push_back(std::chrono::ceil<std::chrono::milliseconds>(length));
  }
  bool seek(int64_t sample) override {
    if (!script_.can_seek) return false;
    log_->seeks.push_back(sample);
    position_ = 0;
    skipped_in_step_ = 0;
    for (step_ = 0; step_ < script_.steps.size(); ++step_) {
      const int64_t samples = script_.steps[step_].samples;
      if (position_ + samples > sample) {
        skipped_in_step_ = sample - position_;
        position_ = sample;
        return true;
      }
      position_ += samples;
    }
    return true;
  }
  bool has_fast_seek() const override { return script_.has_fast_seek; }
  std::optional<int64_t> end_sample() const override { return is_end_seen_ ? std::optional(position_) : std::nullopt; }
  int64_t reconnects() const override { return script_.reconnects; }
  std::unique_ptr<Source> next_stream() override {
    if (script_.following.empty()) return nullptr;
    Script next = script_.following.front();
    next.following.assign(script_.following.begin() + 1, script_.following.end());
    return std::make_unique<ScriptedSource>(std::move(next), log_);
  }

 private:
  std::span<const float> make_block(int64_t samples) {
    const int channels = info_.format.channels;
    // A new allocation for each block, so that whoever keeps an old one is caught by a sanitizer.
    std::vector<float> block;
    block.reserve(static_cast<size_t>(samples * channels));
    for (int64_t i = 0; i < samples; ++i) {
      for (int c = 0; c < channels; ++c) block.push_back(script_.signal(position_ + i, c));
    }
    block_.swap(block);
    position_ += samples;
    log_->given_samples += samples;
    return block_;
  }

  Script script_;
  ScriptLog own_log_;
  ScriptLog* log_;
  SourceInfo info_;
  size_t step_ = 0;
  int64_t skipped_in_step_ = 0;
  int64_t position_ = 0;
  bool is_end_seen_ = false;
  std::vector<float> block_;
};

}  // namespace astream::test
