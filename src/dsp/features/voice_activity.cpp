#include "dsp/features/voice_activity.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

constexpr double kFloorBiasDb = 1.5;
constexpr double kFloorRiseDb = 0.03;  ///< per hop: 3 dB a second
constexpr unsigned kRecentFrames = 5;
constexpr int kLoudFrames = 3;

/// Second-order Butterworth high-pass; none for 0 Hz.
std::vector<BiquadCoefficients> high_pass(double hz, double rate_hz) {
  if (!(hz > 0) || hz >= rate_hz / 2) return {};
  const double k = std::tan(std::numbers::pi * hz / rate_hz);
  const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  return {{norm, -2 * norm, norm, 2 * (k * k - 1) * norm, (1 - std::numbers::sqrt2 * k + k * k) * norm}};
}

}  // namespace

VoiceActivityDetector::VoiceActivityDetector(int rate_hz, const VadOptions& options)
    : options_(options), rate_hz_(rate_hz), highpass_(high_pass(options.highpass_hz, rate_hz)), energy_db_(kNan) {}

void VoiceActivityDetector::process(std::span<const double> mono) {
  for (const double x : mono) {
    const double y = highpass_.process(x);
    hop_sum_ += y * y;
    ++hop_samples_;
    if (++position_ * kHopsPerSecond >= (hop_count_ + 1) * rate_hz_) close_hop();
  }
}

void VoiceActivityDetector::close_hop() {
  const double samples = static_cast<double>(hop_samples_ + previous_hop_samples_);
  const double energy = (hop_sum_ + previous_hop_sum_) / samples;
  energy_db_ = db_from_power(energy);
  totals_.energy += energy;
  follow_floor(hop_sum_ / static_cast<double>(hop_samples_));
  decide();
  previous_hop_sum_ = std::exchange(hop_sum_, 0.0);
  previous_hop_samples_ = std::exchange(hop_samples_, 0);
  ++hop_count_;
}

void VoiceActivityDetector::follow_floor(double hop_energy) {
  recent_[static_cast<size_t>(hop_count_ % kSmoothHops)] = hop_energy;
  const int64_t known = std::min<int64_t>(hop_count_ + 1, kSmoothHops);
  double sum = 0;
  for (int64_t i = 0; i < known; ++i) sum += recent_[static_cast<size_t>(i)];
  smoothed_db_[static_cast<size_t>(hop_count_ % kFloorHops)] = db_from_power(sum / static_cast<double>(known));
  const auto end = smoothed_db_.begin() + std::min<int64_t>(hop_count_ + 1, kFloorHops);
  // What lies under the absolute threshold is quiet anyhow: from there the floor would take long to rise again.
  const double target_db =
      std::max(*std::min_element(smoothed_db_.begin(), end) + kFloorBiasDb, options_.absolute_db - options_.on_db);
  floor_db_ = hop_count_ == 0 ? target_db : std::min(target_db, floor_db_ + kFloorRiseDb);
}

void VoiceActivityDetector::decide() {
  const bool is_loud = energy_db_ > floor_db_ + options_.on_db && energy_db_ > options_.absolute_db;
  loud_bits_ = (loud_bits_ << 1 | (is_loud ? 1U : 0U)) & ((1U << kRecentFrames) - 1);
  if (!is_active_ && std::popcount(loud_bits_) >= kLoudFrames) {
    is_active_ = true;
    quiet_hops_ = 0;
    segment_start_ = hop_start(hop_count_ - (std::bit_width(loud_bits_) - 1));
  } else if (is_active_) {
    const bool is_quiet = energy_db_ < floor_db_ + options_.off_db || energy_db_ <= options_.absolute_db;
    quiet_hops_ = is_quiet ? quiet_hops_ + 1 : 0;
    if (static_cast<double>(quiet_hops_) >= options_.min_silence_s * kHopsPerSecond) {
      is_active_ = false;
      loud_bits_ = 0;
      end_segment(hop_start(hop_count_ - quiet_hops_ + 1));
    }
  }
  ++totals_.decisions;
  totals_.active += is_active_ ? 1 : 0;
}

void VoiceActivityDetector::end_segment(int64_t end) {
  if (end - segment_start_ < samples_of(options_.min_speech_s)) return;
  const int64_t pad = samples_of(options_.pad_s), longest = std::max<int64_t>(1, samples_of(options_.max_length_s));
  int64_t start = std::max(last_end_, segment_start_ - pad);
  end = last_end_ = std::min(end + pad, position_);
  for (; start < end; start += longest) segments_.push_back({start, std::min(end, start + longest)});
}

void VoiceActivityDetector::finish() {
  if (is_active_) end_segment(quiet_hops_ > 0 ? hop_start(hop_count_ - quiet_hops_) : position_);
  is_active_ = false;
}

std::vector<SampleRange> VoiceActivityDetector::take_segments() {
  return std::exchange(segments_, {});
}

SilenceDetector::SilenceDetector(int channels, double threshold, int64_t shortest_samples)
    : channels_(channels), threshold_(threshold), shortest_samples_(std::max<int64_t>(1, shortest_samples)) {}

void SilenceDetector::process(std::span<const double> interleaved) {
  const size_t channels = static_cast<size_t>(channels_);
  for (size_t i = 0; i < interleaved.size(); i += channels, ++position_) {
    const auto sample = interleaved.subspan(i, channels);
    if (std::ranges::all_of(sample, [&](double x) { return std::abs(x) < threshold_; })) continue;
    end_silence();
    quiet_since_ = position_ + 1;
  }
}

void SilenceDetector::end_silence() {
  if (position_ - quiet_since_ >= shortest_samples_) silences_.push_back({quiet_since_, position_});
}

void SilenceDetector::finish() {
  end_silence();
  quiet_since_ = position_;
}

std::vector<SampleRange> SilenceDetector::take_silences() {
  return std::exchange(silences_, {});
}

}  // namespace astream
