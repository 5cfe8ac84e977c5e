#include <doctest/doctest.h>

#include <cmath>

#include "dsp/features/voice_activity.hpp"
#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

constexpr int kRateHz = 16000;

/// Noise of -50 dBFS with tone bursts from 3.0 to 4.0 s and from 5.5 to 6.2 s that much above it.
std::vector<double> bursts(double snr_db) {
  std::vector<double> signal = white_noise(8 * kRateHz);
  const double noise_rms = std::pow(10, -50 / 20.0);
  const double amplitude = std::numbers::sqrt2 * noise_rms * std::pow(10, snr_db / 20);
  for (size_t n = 0; n < signal.size(); ++n) {
    const double t = static_cast<double>(n) / kRateHz;
    signal[n] *= noise_rms * std::sqrt(3.0);
    if ((t >= 3 && t < 4) || (t >= 5.5 && t < 6.2)) signal[n] += amplitude * std::sin(2 * std::numbers::pi * 500 * t);
  }
  return signal;
}

std::vector<SampleRange> segments_of(const std::vector<double>& signal, const VadOptions& options, size_t chunk) {
  VoiceActivityDetector detector(kRateHz, options);
  for (size_t i = 0; i < signal.size(); i += chunk)
    detector.process(std::span(signal).subspan(i, std::min(chunk, signal.size() - i)));
  detector.finish();
  return detector.take_segments();
}

}  // namespace

TEST_CASE("bursts in noise are found to 20 ms") {
  VadOptions options;
  options.pad_s = 0;
  for (const double snr_db : {20.0, 12.0}) {
    const auto found = segments_of(bursts(snr_db), options, 4096);
    REQUIRE(found.size() == 2);
    const double wanted_s[] = {3, 4, 5.5, 6.2};
    const int64_t edges[] = {found[0].start, found[0].end, found[1].start, found[1].end};
    for (size_t i = 0; i < 4; ++i) CHECK(std::abs(static_cast<double>(edges[i]) / kRateHz - wanted_s[i]) <= 0.02);
    CHECK(segments_of(bursts(snr_db), options, 7) == found);
  }
}

/// Frames of 10 ms (a row each) that are decided wrongly, between 0.5 s and the end, as a share; the 30 ms about each
/// edge belong to the detector's three of five frames.
double error_share(double snr_db, const VadOptions& options) {
  std::vector<float> signal;
  for (const double x : bursts(snr_db)) signal.push_back(static_cast<float>(x));
  FeatureRequest request = window_request({"vad"}, kRateHz, kRateHz / 100);
  request.options.vad = options;
  const FeatureRun run = run_features(request, signal);
  double wrong = 0, counted = 0;
  for (size_t row = 50; row < run.rows.size(); ++row) {
    const double t = (static_cast<double>(row) + 0.5) / 100;
    const bool is_edge =
        std::abs(t - 3) < 0.03 || std::abs(t - 4) < 0.03 || std::abs(t - 5.5) < 0.03 || std::abs(t - 6.2) < 0.03;
    if (is_edge) continue;
    const bool is_burst = (t > 3 && t < 4) || (t > 5.5 && t < 6.2);
    ++counted;
    wrong += (run.at(row, "vad") == 1) != is_burst;
  }
  return wrong / counted;
}

TEST_CASE("few frames are missed or taken for speech") {
  VadOptions options;
  options.min_silence_s = 0.03;  // the pause that speech may have is no error of the detector
  CHECK(error_share(20, options) <= 0.01);
  CHECK(error_share(10, options) <= 0.02);
  // Noise and a tone 5 dB above it are 6.2 dB above the noise: below the standard threshold of 9.
  options.on_db = 4;
  options.off_db = 2;
  CHECK(error_share(5, options) <= 0.1);
}

TEST_CASE("segments are padded, filtered by length and cut at the longest") {
  VadOptions options;
  const auto padded = segments_of(bursts(20), options, 4096);
  REQUIRE(padded.size() == 2);
  CHECK(std::abs(static_cast<double>(padded[0].start) / kRateHz - 2.9) <= 0.02);
  options.min_speech_s = 0.9;
  CHECK(segments_of(bursts(20), options, 4096).size() == 1);
  options.max_length_s = 0.5;
  CHECK(segments_of(bursts(20), options, 4096).size() == 3);
}

TEST_CASE("steady noise is no speech, whatever its level and when it rises by 10 dB") {
  std::vector<double> noise = white_noise(12 * kRateHz, 7);
  for (size_t n = 0; n < noise.size(); ++n) noise[n] *= n < noise.size() / 2 ? 0.01 : 0.0316;
  VoiceActivityDetector detector(kRateHz, {});
  detector.process(std::span(noise).first(noise.size() / 2));
  CHECK(detector.totals().active == 0);
  detector.process(std::span(noise).subspan(noise.size() / 2));
  CHECK_FALSE(detector.is_active());
}

TEST_CASE("rows say whether most of them is active") {
  std::vector<float> signal;
  for (const double x : bursts(20)) signal.push_back(static_cast<float>(x));
  const FeatureRun run = run_features(window_request({"vad"}, kRateHz, kRateHz / 2), signal);
  REQUIRE(run.rows.size() == 16);
  for (const size_t quiet : {1, 2, 3, 4, 5, 9, 10, 14, 15}) CHECK(run.at(quiet, "vad") == 0);
  for (const size_t loud : {6, 7, 11, 12}) CHECK(run.at(loud, "vad") == 1);
  CHECK(run.at(6, "vad_energy_db") == doctest::Approx(-30).epsilon(0.02));
}

TEST_CASE("absolute silence is measured to the sample") {
  std::vector<double> signal(3 * kRateHz, 0.1);
  for (int n = kRateHz; n < 2 * kRateHz; ++n) signal[static_cast<size_t>(n)] = 0.0009;
  signal[100] = signal[2 * kRateHz + 5] = 0;
  SilenceDetector detector(1, 0.001, kRateHz / 2);
  for (size_t i = 0; i < signal.size(); i += 1000) detector.process(std::span(signal).subspan(i, 1000));
  detector.finish();
  CHECK(detector.take_silences() == std::vector<SampleRange>{{kRateHz, 2 * kRateHz}});
  SilenceDetector stereo(2, 0.001, 2);
  const std::vector<double> frames = {0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0};
  stereo.process(frames);
  stereo.finish();
  CHECK(stereo.take_silences() == std::vector<SampleRange>{{1, 3}, {4, 6}});
}
