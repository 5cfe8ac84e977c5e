#include "dsp/features/octave_bands.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <complex>
#include <numbers>

#include "dsp/biquad.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/features/octave_filter_bank.hpp"

namespace astream {

namespace {

using std::numbers::pi;

constexpr size_t kSections = kOctaveFilterSections;
const double kOctaveRatio = std::pow(10, 0.3);
/// Bands whose upper edge lies above this share of the rate are left out.
constexpr double kHighestShare = 0.49;

/// Nominal frequencies repeat every decade: 1, 1.25, 1.6, ... (IEC 61260-1, annex E).
std::string nominal_name(int thirds_from_1khz) {
  static constexpr std::array kMantissas = {1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0};
  const int shifted = thirds_from_1khz + 30;  // from 1 Hz
  const double hz = kMantissas[static_cast<size_t>(shifted % 10)] * std::pow(10, shifted / 10);
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::round(hz * 100) / 100).ptr;
  return {text.data(), end};
}

class OctaveBands final : public RunningFeature {
 public:
  OctaveBands(const FeatureContext& context, int bands_per_octave)
      : offset_db_(context.options.spl.calibration_db.value_or(0)),
        floor_db_(context.options.level.floor_db),
        filters_(context.rate_hz(), bands_per_octave),
        segments_(static_cast<size_t>(context.max_segments_per_row)) {
    const size_t all = bands_per_octave == 3 ? 31 : 10;
    if (const size_t count = filters_.band_count(); count < all)
      context.note(std::to_string(all - count) + (bands_per_octave == 3 ? " third-octave" : " octave") +
                   " bands reach above half the sample rate and are left out");
  }

  void process(std::span<const double> samples) override {
    open_.samples += static_cast<int64_t>(samples.size());
    filters_.process(samples, open_.sums);
  }

  void close_segment(size_t slot) override {
    segments_[slot] = open_;
    open_ = {};
  }

  void row(const SegmentRange& range, std::span<double> out) override {
    Segment sum;
    for (int64_t i = 0; i < range.count; ++i) {
      const Segment& segment = segments_[range.slot(i)];
      sum.samples += segment.samples;
      for (size_t b = 0; b < out.size(); ++b) sum.sums[b] += segment.sums[b];
    }
    for (size_t b = 0; b < out.size(); ++b)
      out[b] = sum.samples > 0
                   ? clamp_db(db_from_power(sum.sums[b] / static_cast<double>(sum.samples)) + offset_db_, floor_db_)
                   : kNan;
  }

 private:
  struct Segment {
    OctaveFilterBank::BandValues sums{};
    int64_t samples = 0;
  };

  double offset_db_;
  std::optional<double> floor_db_;
  OctaveFilterBank filters_;
  Segment open_;
  std::vector<Segment> segments_;
};

std::vector<std::string> band_columns(const FeatureContext& context, int bands_per_octave) {
  std::vector<std::string> names;
  for (const OctaveBand& band : octave_bands_below(context.rate_hz(), bands_per_octave))
    names.push_back((bands_per_octave == 3 ? "leq3_" : "leq1_") + band.nominal_hz);
  return names;
}

}  // namespace

std::vector<OctaveBand> octave_bands_below(double rate_hz, int bands_per_octave) {
  std::vector<OctaveBand> bands;
  const int step = 3 / bands_per_octave;
  // Thirds from 20 Hz to 20 kHz, octaves from 31.5 Hz to 16 kHz, counted in thirds from 1 kHz.
  const int first = bands_per_octave == 3 ? -17 : -15;
  const int last = bands_per_octave == 3 ? 13 : 12;
  for (int third = first; third <= last; third += step) {
    const double centre_hz = 1000 * std::pow(kOctaveRatio, third / 3.0);
    const double half = std::pow(kOctaveRatio, 0.5 / bands_per_octave);
    if (centre_hz * half >= kHighestShare * rate_hz) break;
    bands.push_back({nominal_name(third), centre_hz / half, centre_hz * half});
  }
  return bands;
}

std::array<BiquadCoefficients, kOctaveFilterSections> octave_band_filter(const OctaveBand& band, double rate_hz) {
  const double low = std::tan(pi * band.low_hz / rate_hz), high = std::tan(pi * band.high_hz / rate_hz);
  const double width = high - low, middle = std::sqrt(low * high);
  const double middle_hz = std::atan(middle) / pi;  // over the rate
  std::array<BiquadCoefficients, kSections> sections;
  for (size_t i = 0; i < kSections; ++i) {
    // Each prototype pole above the real axis gives two of the band-pass; the other half are their conjugates.
    const size_t pair = i / 2;
    const double angle = pi * (0.5 + (2.0 * static_cast<double>(pair) + 1) / 8);
    const std::complex<double> scaled = std::polar(width / 2, angle);
    const std::complex<double> root = std::sqrt(scaled * scaled - middle * middle);
    const std::complex<double> pole = i % 2 ? scaled - root : scaled + root;
    const std::complex<double> z = (1.0 + pole) / (1.0 - pole);
    BiquadCoefficients section{1, 0, -1, -2 * z.real(), std::norm(z)};
    const double gain = 1 / std::abs(section.response(middle_hz));
    section.b0 = gain;
    section.b2 = -gain;
    sections[i] = section;
  }
  return sections;
}

std::unique_ptr<RunningFeature> make_third_octave(const FeatureContext& context) {
  return std::make_unique<OctaveBands>(context, 3);
}
std::unique_ptr<RunningFeature> make_octave(const FeatureContext& context) {
  return std::make_unique<OctaveBands>(context, 1);
}
std::vector<std::string> third_octave_columns(const FeatureContext& context) {
  return band_columns(context, 3);
}
std::vector<std::string> octave_columns(const FeatureContext& context) {
  return band_columns(context, 1);
}

}  // namespace astream
