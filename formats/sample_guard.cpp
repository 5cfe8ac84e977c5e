#include "formats/sample_guard.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>

#include "base/log.hpp"

namespace astream {

namespace {

constexpr float kMostOfSound = 1000.0F;

/// As the bits of a float: their order is that of magnitudes, and a NaN is the largest.
int32_t magnitude_bits(float sample) {
  return std::bit_cast<int32_t>(sample) & 0x7fffffff;
}

bool is_within(std::span<const float> samples, float limit) {
  int32_t most = 0;
  for (const float sample : samples) most = std::max(most, magnitude_bits(sample));
  return most <= std::bit_cast<int32_t>(limit);
}

}  // namespace

SampleRange sample_range(const RecordingFormat& format, const EncoderSettings& settings, int source_bits) {
  if (!format.is_lossless()) return SampleRange::sound;
  return choose_bits(format, settings, source_bits) == SampleBits::f32 ? SampleRange::all_floats
                                                                       : SampleRange::full_scale;
}

SampleGuard::SampleGuard(SampleRange range, const StreamStart& stream)
    : range_(range), uri_(stream.uri), is_lossy_(stream.source.bits == 0) {}

void SampleGuard::replace(float& sample) {
  if (std::isfinite(sample)) {
    const float magnitude = std::abs(sample);
    if (magnitude <= 1) return;
    ++loud_;
    peak_ = std::max(peak_, magnitude);
    if (range_ == SampleRange::sound) sample = std::clamp(sample, -kMostOfSound, kMostOfSound);
    return;
  }
  if (!has_warned_) {
    log(LogLevel::warning, uri_ + ": has samples that are no numbers: NaN is recorded as 0, infinity as full scale");
  }
  has_warned_ = true;
  sample = std::isnan(sample) ? 0.0F : std::copysign(1.0F, sample);
}

std::span<const float> SampleGuard::process(std::span<const float> samples) {
  if (range_ == SampleRange::all_floats || is_within(samples, 1.0F)) return samples;
  replaced_.assign(samples.begin(), samples.end());
  for (float& sample : replaced_) replace(sample);
  return replaced_;
}

void SampleGuard::tell() const {
  // What was coded with loss exceeds full scale here and there, and does so again.
  if (loud_ == 0 || range_ == SampleRange::all_floats || (range_ == SampleRange::sound && is_lossy_)) return;
  constexpr float kBel = 20;
  std::array<char, 32> peak{};
  std::snprintf(peak.data(), peak.size(), "%+.1f dBFS", static_cast<double>(kBel * std::log10(peak_)));
  const std::string what =
      std::to_string(loud_) + (loud_ == 1 ? " sample" : " samples") + " above full scale, up to " + peak.data() + ": ";
  const bool is_clipped = range_ == SampleRange::full_scale;
  log(LogLevel::warning, uri_ + ": " + what +
                             (is_clipped ? "clipped (wav with --bits 32f keeps them, --filter volume=-6dB makes room)"
                                         : "most players clip them (--filter volume=-6dB makes room)"));
}

}  // namespace astream
