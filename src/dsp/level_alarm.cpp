#include "dsp/level_alarm.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

constexpr int kBlocksPerSecond = 10;
constexpr double kHysteresis_db = 3;

double loudest_db(std::span<const double> sums, int64_t samples) {
  if (samples == 0) return kMinusInfinity;
  return db_from_power(*std::ranges::max_element(sums) / static_cast<double>(samples));
}

}  // namespace

LevelAlarm::LevelAlarm(AudioFormat format, LevelAlarmOptions options)
    : format_(format),
      options_(options),
      block_samples_(std::max(1, format.rate_hz / kBlocksPerSecond)),
      hold_samples_(std::llround(options.hold_s * format.rate_hz)),
      block_(static_cast<size_t>(format.channels)),
      stretch_(block_.size()) {}

/// Whether a block of this level goes on with a stretch, or begins one.
bool LevelAlarm::is_wrong(double db) const {
  const double margin_db = is_raised_ ? kHysteresis_db : 0;
  return options_.is_over ? db >= options_.threshold_db - margin_db : db < options_.threshold_db + margin_db;
}

AlarmChange LevelAlarm::change(bool is_raised) const {
  const int64_t samples = std::max(stretch_samples_, stalled_samples_);
  return {is_raised, stretch_start_, samples, loudest_db(stretch_, samples)};
}

void LevelAlarm::raise(std::vector<AlarmChange>& changes) {
  is_raised_ = true;
  changes.push_back(change(true));
}

/// The level is on the right side, as far as is known.
void LevelAlarm::end_stretch() {
  is_raised_ = false;
  stretch_samples_ = stalled_samples_ = 0;
  std::ranges::fill(stretch_, 0.0);
}

void LevelAlarm::next_block(int64_t samples) {
  std::ranges::fill(block_, 0.0);
  position_ += samples;
  block_filled_ = 0;
}

/// A block whose sums of squares are in block_, or a stretch of nothing.
void LevelAlarm::close_block(int64_t samples, std::vector<AlarmChange>& changes) {
  if (is_wrong(loudest_db(block_, samples))) {
    if (stretch_samples_ == 0) stretch_start_ = position_;
    for (size_t c = 0; c < block_.size(); ++c) stretch_[c] += block_[c];
    stretch_samples_ += samples;
    if (!is_raised_ && stretch_samples_ >= hold_samples_) raise(changes);
  } else {
    if (is_raised_) changes.push_back(change(false));
    end_stretch();
  }
  next_block(samples);
}

void LevelAlarm::process(std::span<const float> samples, std::vector<AlarmChange>& changes) {
  const auto channels = static_cast<size_t>(format_.channels);
  for (size_t i = 0; i + channels <= samples.size(); i += channels) {
    for (size_t c = 0; c < channels; ++c) {
      const double x = std::isfinite(samples[i + c]) ? static_cast<double>(samples[i + c]) : 0.0;
      block_[c] += x * x;
    }
    if (++block_filled_ == block_samples_) close_block(block_samples_, changes);
  }
}

void LevelAlarm::missing(int64_t samples, std::vector<AlarmChange>& changes) {
  if (samples <= 0) return;
  if (block_filled_ > 0) close_block(block_filled_, changes);
  close_block(samples, changes);
}

void LevelAlarm::stalled(int64_t samples, std::vector<AlarmChange>& changes) {
  if (options_.is_over || is_raised_ || stretch_samples_ + samples < std::max<int64_t>(hold_samples_, 1)) return;
  if (stretch_samples_ == 0) {
    next_block(block_filled_);  // of the time before: it does not end what begins here
    stretch_start_ = position_;
  }
  stalled_samples_ = stretch_samples_ + samples;
  raise(changes);
}

void LevelAlarm::finish(std::vector<AlarmChange>& changes) {
  if (!is_raised_) return;
  stretch_samples_ += block_filled_;
  changes.push_back(change(false));
  end_stretch();
}

}  // namespace astream
