// Frequency response, aliases and noise of the resampler, measured with stepped sines: the gain by least squares of
// sine and cosine at the tone's frequency, what remains counts as distortion and noise.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "dsp/resampler.hpp"
#include "support/signals.hpp"

using namespace astream;

namespace {

constexpr double kAmplitude = 0.5;
constexpr double kHiddenDb = -400;

double to_db(double ratio) {
  return ratio > 0 ? 20 * std::log10(ratio) : kHiddenDb;
}

struct ToneMeasure {
  double gain_db = 0;      ///< of the tone
  double residual_db = 0;  ///< RMS of all but the tone, relative to the input's RMS
  double level_db = 0;     ///< RMS of everything, relative to the input's RMS
};

/// Least squares of a*sin + b*cos over `samples`.
ToneMeasure measure_tone(std::span<const float> samples, double frequency_hz, int rate_hz) {
  double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0, xx = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const double angle = 2 * std::numbers::pi * std::fmod(frequency_hz * static_cast<double>(i) / rate_hz, 1.0);
    const double s = std::sin(angle), c = std::cos(angle), x = samples[i];
    ss += s * s, cc += c * c, sc += s * c, xs += x * s, xc += x * c, xx += x * x;
  }
  const double determinant = ss * cc - sc * sc;
  const double a = (xs * cc - xc * sc) / determinant;
  const double b = (xc * ss - xs * sc) / determinant;
  double residual = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const double angle = 2 * std::numbers::pi * std::fmod(frequency_hz * static_cast<double>(i) / rate_hz, 1.0);
    const double rest = samples[i] - a * std::sin(angle) - b * std::cos(angle);
    residual += rest * rest;
  }
  const double full = static_cast<double>(samples.size()) * kAmplitude * kAmplitude / 2;
  return {to_db(std::hypot(a, b) / kAmplitude), to_db(std::sqrt(residual / full)), to_db(std::sqrt(xx / full))};
}

/// A tone at `fraction` of the lower Nyquist through the resampler; measured over the middle second of three.
ToneMeasure through_resampler(int in_hz, int out_hz, double fraction, ResampleQuality quality) {
  const double frequency_hz = fraction * std::min(in_hz, out_hz) / 2;
  Resampler resampler(in_hz, out_hz, 1, quality);
  std::vector<float> output;
  const auto input = test::sine(frequency_hz, in_hz, 3 * int64_t{in_hz}, kAmplitude);
  for (const auto part : {resampler.process(input), resampler.finish()}) {
    output.insert(output.end(), part.begin(), part.end());
  }
  const auto second = static_cast<size_t>(out_hz);
  return measure_tone(std::span(output).subspan(second, second), frequency_hz, out_hz);
}

struct Rates {
  int in_hz;
  int out_hz;
};
constexpr std::array<Rates, 4> kRates = {{{48000, 16000}, {44100, 16000}, {16000, 48000}, {48000, 44100}}};

}  // namespace

TEST_CASE("hq: flat to 0.9 of the lower Nyquist, without distortion") {
  for (const Rates& rates : kRates) {
    CAPTURE(rates.in_hz);
    CAPTURE(rates.out_hz);
    for (const double fraction : {0.0123, 0.1, 0.25, 0.4567, 0.6, 0.75, 0.8, 0.85, 0.88, 0.9}) {
      CAPTURE(fraction);
      const ToneMeasure tone = through_resampler(rates.in_hz, rates.out_hz, fraction, ResampleQuality::hq);
      CHECK(std::abs(tone.gain_db) <= 0.01);
      CHECK(tone.residual_db <= -120);
    }
    CHECK(through_resampler(rates.in_hz, rates.out_hz, 0.91, ResampleQuality::hq).gain_db >= -0.1);
  }
}

TEST_CASE("hq: no alias above -110 dB") {
  for (const Rates& rates : kRates) {
    if (rates.in_hz < rates.out_hz) continue;
    CAPTURE(rates.in_hz);
    for (const double fraction : {1.002, 1.02, 1.05}) {
      CAPTURE(fraction);
      CHECK(through_resampler(rates.in_hz, rates.out_hz, fraction, ResampleQuality::hq).level_db <= -110);
    }
  }
  for (const double fraction : {1.2, 1.7, 2.001, 2.5, 2.95}) {
    CAPTURE(fraction);
    CHECK(through_resampler(48000, 16000, fraction, ResampleQuality::hq).level_db <= -110);
  }
}

TEST_CASE("fast: what its description promises") {
  for (const int in_hz : {48000, 44100}) {
    CAPTURE(in_hz);
    for (const double fraction : {0.1, 0.5, 0.66, 0.68}) {
      CAPTURE(fraction);
      const ToneMeasure tone = through_resampler(in_hz, 16000, fraction, ResampleQuality::fast);
      CHECK(std::abs(tone.gain_db) <= 0.01);
      CHECK(tone.residual_db <= -105);
    }
    CHECK(through_resampler(in_hz, 16000, 0.8, ResampleQuality::fast).gain_db >= -3);
    for (const double fraction : {1.002, 1.02, 1.05, 1.2, 2.5}) {
      CAPTURE(fraction);
      CHECK(through_resampler(in_hz, 16000, fraction, ResampleQuality::fast).level_db <= -100);
    }
  }
}

TEST_CASE("the measure itself tells good from bad") {
  auto tone = test::sine(1000, 16000, 16000, kAmplitude);
  const ToneMeasure clean = measure_tone(tone, 1000, 16000);
  CHECK(std::abs(clean.gain_db) < 1e-6);
  CHECK(clean.residual_db < -140);
  for (size_t i = 0; i < tone.size(); ++i) tone[i] += (i % 2 == 0 ? 1 : -1) * 1e-5F;
  CHECK(measure_tone(tone, 1000, 16000).residual_db > -100);
}
