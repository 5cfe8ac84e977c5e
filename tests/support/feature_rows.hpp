// Runs a FeatureExtractor over a signal and keeps its rows; signals for feature tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "dsp/features/feature_extractor.hpp"

namespace astream::test {

struct KeptRow {
  FeatureRow row;  ///< its values are in `values`
  std::vector<double> values;
};

struct FeatureRun {
  std::vector<std::string> columns;
  std::vector<std::string> notes;
  std::vector<KeptRow> rows;

  double at(size_t row, const std::string& column) const {
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i] == column) return rows.at(row).values.at(i);
    throw std::runtime_error("no column " + column);
  }
};

inline FeatureRequest feature_request(std::vector<std::string> names, int rate_hz, int channels = 1) {
  FeatureRequest request;
  request.format = {rate_hz, channels};
  request.features = select_features(names);
  return request;
}

/// Rows of whole windows without overlap.
inline FeatureRequest window_request(std::vector<std::string> names, int rate_hz, int64_t window_samples,
                                     int channels = 1) {
  FeatureRequest request = feature_request(std::move(names), rate_hz, channels);
  request.rows.mode = RowMode::windows;
  request.rows.window_samples = request.rows.hop_samples = window_samples;
  return request;
}

inline FeatureRun run_features(const FeatureRequest& request, const std::vector<float>& signal,
                               size_t chunk_samples = 4096) {
  FeatureRun run;
  FeatureExtractor extractor(request, [&](const FeatureRow& row) {
    run.rows.push_back({row, {row.values.begin(), row.values.end()}});
  });
  run.columns = extractor.columns();
  const size_t chunk = chunk_samples * static_cast<size_t>(request.format.channels);
  for (size_t i = 0; i < signal.size(); i += chunk)
    extractor.push(std::span(signal).subspan(i, std::min(chunk, signal.size() - i)));
  extractor.finish();
  run.notes = extractor.notes();
  return run;
}

inline std::vector<float> sine(double amplitude, double hz, int rate_hz, int64_t samples, double phase = 0) {
  std::vector<float> signal;
  for (int64_t n = 0; n < samples; ++n)
    signal.push_back(
        static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / rate_hz + phase)));
  return signal;
}

/// White noise in -1..1 from a linear congruential generator (Numerical Recipes): the same everywhere.
inline std::vector<double> white_noise(int64_t samples, uint32_t seed = 1) {
  std::vector<double> noise;
  for (int64_t n = 0; n < samples; ++n) {
    seed = seed * 1664525U + 1013904223U;
    noise.push_back((seed >> 8) / 8388608.0 - 1);
  }
  return noise;
}

/// Faint noise, and after a quarter of the time two tones (220 and 2500 Hz): the signal of the golden numbers.
inline std::vector<float> tones_in_noise(int rate_hz, int64_t samples) {
  const std::vector<double> noise = white_noise(samples);
  std::vector<float> signal;
  for (int64_t n = 0; n < samples; ++n) {
    const double t = 2 * std::numbers::pi * static_cast<double>(n) / rate_hz;
    const double tones = n >= samples / 4 ? 0.3 * std::sin(220 * t) + 0.1 * std::sin(2500 * t) : 0;
    signal.push_back(static_cast<float>(tones + 0.01 * noise[static_cast<size_t>(n)]));
  }
  return signal;
}

/// The same signal on `channels` channels.
inline std::vector<float> interleave_copies(const std::vector<float>& mono, int channels) {
  std::vector<float> all;
  for (const float x : mono) all.insert(all.end(), static_cast<size_t>(channels), x);
  return all;
}

}  // namespace astream::test
