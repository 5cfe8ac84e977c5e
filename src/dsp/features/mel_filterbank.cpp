#include "dsp/features/mel_filterbank.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace astream {

namespace {

/// mel_count + 2 edges, equally spaced in mel: in mel or, for triangles straight in Hz, in Hz.
std::vector<double> filter_edges(const MelFilterbankSpec& spec) {
  const double low_mel = mel_from_hz(spec.low_hz, spec.scale);
  const double step_mel = (mel_from_hz(spec.high_hz, spec.scale) - low_mel) / (spec.mel_count + 1);
  std::vector<double> edges;
  for (int m = 0; m < spec.mel_count + 2; ++m) {
    const double mel = low_mel + step_mel * m;
    edges.push_back(spec.is_straight_in_mel ? mel : hz_from_mel(mel, spec.scale));
  }
  return edges;
}

std::vector<double> bin_positions(const MelFilterbankSpec& spec) {
  const int bins = spec.fft_size / 2 + 1;
  std::vector<double> positions;
  for (int k = 0; k < bins; ++k) {
    double hz = k * spec.rate_hz / spec.fft_size;
    if (spec.has_whole_hz_nyquist && bins > 1) hz = k * std::floor(spec.rate_hz / 2) / (bins - 1);
    positions.push_back(spec.is_straight_in_mel ? mel_from_hz(hz, spec.scale) : hz);
  }
  return positions;
}

void check(const MelFilterbankSpec& spec) {
  if (spec.mel_count < 1) throw Error(ErrorKind::usage, "the number of mel bands must be at least 1");
  if (!(spec.low_hz >= 0 && spec.low_hz < spec.high_hz))
    throw Error(ErrorKind::usage, "mel bands need 0 <= fmin < fmax, not " + std::to_string(spec.low_hz) + " and " +
                                      std::to_string(spec.high_hz) + " Hz");
}

}  // namespace

MelFilterbank::MelFilterbank(const MelFilterbankSpec& spec) {
  check(spec);
  const std::vector<double> edges = filter_edges(spec);
  const std::vector<double> positions = bin_positions(spec);
  const int first_bin = spec.has_dc ? 0 : 1;
  const int end_bin = static_cast<int>(positions.size()) - (spec.has_nyquist ? 0 : 1);
  for (size_t m = 0; m + 2 < edges.size(); ++m) {
    const double left = edges[m], centre = edges[m + 1], right = edges[m + 2];
    const double gain = spec.is_area_normalised ? 2 / (right - left) : 1;
    Filter filter{0, static_cast<int>(weights_.size()), 0};
    for (int k = first_bin; k < end_bin; ++k) {
      const double f = positions[static_cast<size_t>(k)];
      const double height = std::min((f - left) / (centre - left), (right - f) / (right - centre));
      if (!(height > 0)) continue;
      if (filter.bin_count++ == 0) filter.first_bin = k;
      weights_.push_back(height * gain);
    }
    filters_.push_back(filter);
  }
}

void MelFilterbank::apply(std::span<const double> spectrum, std::span<double> mel) const {
  for (size_t m = 0; m < filters_.size(); ++m) {
    const Filter& filter = filters_[m];
    const double* w = weights_.data() + filter.first_weight;
    const double* s = spectrum.data() + filter.first_bin;
    // Four sums at once: the compiler may not reorder a floating-point sum itself, and one chain waits for each add.
    double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
    int i = 0;
    for (; i + 4 <= filter.bin_count; i += 4) {
      sum0 += w[i] * s[i];
      sum1 += w[i + 1] * s[i + 1];
      sum2 += w[i + 2] * s[i + 2];
      sum3 += w[i + 3] * s[i + 3];
    }
    for (; i < filter.bin_count; ++i) sum0 += w[i] * s[i];
    mel[m] = (sum0 + sum1) + (sum2 + sum3);
  }
}

double MelFilterbank::weight(int mel, int bin) const {
  const Filter& filter = filters_.at(static_cast<size_t>(mel));
  if (bin < filter.first_bin || bin >= filter.first_bin + filter.bin_count) return 0;
  return weights_[static_cast<size_t>(filter.first_weight + bin - filter.first_bin)];
}

std::vector<int> MelFilterbank::empty_filters() const {
  std::vector<int> empty;
  for (size_t m = 0; m < filters_.size(); ++m)
    if (filters_[m].bin_count == 0) empty.push_back(static_cast<int>(m));
  return empty;
}

}  // namespace astream
