#include "dsp/spectrum_scan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "dsp/features/decibel.hpp"
#include "dsp/window_function.hpp"

namespace astream {

namespace {

constexpr double kLength_s = 0.085;
constexpr double kHighest_hz = 20'000;

/// The power of two that is nearest to kLength_s.
int fft_size(int rate_hz) {
  return 1 << std::clamp(static_cast<int>(std::lround(std::log2(rate_hz * kLength_s))), 6, 16);
}

}  // namespace

SpectrumScan::SpectrumScan(AudioFormat format, double low_hz, int bands)
    : format_(format),
      low_hz_(std::min(low_hz, format.rate_hz / 8.0)),
      high_hz_(std::min(kHighest_hz, format.rate_hz / 2.0)),
      fft_(fft_size(format.rate_hz)),
      window_(make_window({}, fft_.size())),
      scale_(2 / std::accumulate(window_.begin(), window_.end(), 0.0)),
      latest_(window_.size()),
      bins_(static_cast<size_t>(fft_.bins())),
      levels_db_(static_cast<size_t>(bands)) {}

double SpectrumScan::edge_hz(double band) const {
  return low_hz_ * std::pow(high_hz_ / low_hz_, band / static_cast<double>(levels_db_.size()));
}

void SpectrumScan::push(std::span<const float> samples) {
  const auto channels = static_cast<size_t>(format_.channels);
  for (size_t i = 0; i + channels <= samples.size(); i += channels) {
    double sum = 0;
    for (const float sample : samples.subspan(i, channels)) sum += std::isfinite(sample) ? sample : 0;
    latest_[next_] = sum / static_cast<double>(channels);
    next_ = (next_ + 1) % latest_.size();
  }
}

/// The largest bin in the band, or between bins where it lies between two.
double SpectrumScan::level_db(double band) const {
  const double bins_per_hz = static_cast<double>(fft_.size()) / format_.rate_hz;
  const double low = edge_hz(band) * bins_per_hz, high = edge_hz(band + 1) * bins_per_hz;
  const auto last = bins_.size() - 1;
  const auto first_bin = static_cast<size_t>(std::ceil(low));
  const auto end_bin = std::min(static_cast<size_t>(std::ceil(high)), last + 1);
  double power = 0;
  for (size_t bin = first_bin; bin < end_bin; ++bin) power = std::max(power, bins_[bin]);
  if (first_bin >= end_bin) {
    const double middle = std::min((low + high) / 2, static_cast<double>(last));
    const auto below = static_cast<size_t>(middle);
    const double share = middle - static_cast<double>(below);
    const double a = bins_[below], b = bins_[std::min(below + 1, last)];
    power = a + share * (b - a);
  }
  return std::max(db_from_power(power), kFloor_db);
}

std::span<const double> SpectrumScan::scan() {
  const std::span<double> in = fft_.samples();
  for (size_t i = 0; i < in.size(); ++i) in[i] = latest_[(next_ + i) % latest_.size()] * window_[i];
  fft_.forward();
  const auto spectrum = fft_.spectrum();
  for (size_t bin = 0; bin < bins_.size(); ++bin) bins_[bin] = std::norm(spectrum[bin]) * scale_ * scale_;
  for (size_t band = 0; band < levels_db_.size(); ++band) levels_db_[band] = level_db(static_cast<double>(band));
  return levels_db_;
}

}  // namespace astream
