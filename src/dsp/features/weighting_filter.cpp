#include "dsp/features/weighting_filter.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace astream {

namespace {

// Pole frequencies and the values at 1 kHz of IEC 61672-1:2013, annex E.
constexpr double kF1Hz = 20.598997, kF2Hz = 107.65265, kF3Hz = 737.86223, kF4Hz = 12194.217;
constexpr double kGainADb = 1.9996555, kGainCDb = 0.0619019;
constexpr int kGridPoints = 400;

/// 1 - 2 cos terms collapse for a real pole pair: denominators (1 - p z^-1)(1 - q z^-1).
BiquadCoefficients pole_pair(double first_hz, double second_hz, double rate_hz) {
  const double p = std::exp(-2 * std::numbers::pi * first_hz / rate_hz);
  const double q = std::exp(-2 * std::numbers::pi * second_hz / rate_hz);
  return {1, 0, 0, -(p + q), p * q};
}

struct GridPoint {
  std::complex<double> z1;  ///< z^-1 there
  double error_db;          ///< of the filter without the fitted zeros
};

/// The three numbers that are fitted: numerator 1 + p1 z^-1 + p2 z^-2 and a gain.
struct Fit {
  double p1 = 0.3, p2 = -0.03, gain_db = 0;

  double residual_db(const GridPoint& point) const {
    const std::complex<double> q = 1.0 + point.z1 * (p1 + point.z1 * p2);
    return point.error_db + 20 * std::log10(std::abs(q)) + gain_db;
  }
};

/// Solves the symmetric 3 x 3 system m x = y by Cramer's rule.
std::array<double, 3> solve3(const std::array<std::array<double, 3>, 3>& m, const std::array<double, 3>& y) {
  const auto determinant = [](const std::array<std::array<double, 3>, 3>& a) {
    return a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
           a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
  };
  const double whole = determinant(m);
  std::array<double, 3> x{};
  for (size_t column = 0; column < 3; ++column) {
    auto replaced = m;
    for (size_t row = 0; row < 3; ++row) replaced[row][column] = y[row];
    x[column] = determinant(replaced) / whole;
  }
  return x;
}

/// Gauss-Newton; the start is near enough at all rates to need no damping.
Fit fit_zeros(const std::vector<GridPoint>& grid) {
  Fit fit;
  const double db = 20 / std::numbers::ln10;
  for (int step = 0; step < 30; ++step) {
    std::array<std::array<double, 3>, 3> normal{};
    std::array<double, 3> right{};
    for (const GridPoint& point : grid) {
      const std::complex<double> q = 1.0 + point.z1 * (fit.p1 + point.z1 * fit.p2);
      const std::array<double, 3> slope = {db * (point.z1 / q).real(), db * (point.z1 * point.z1 / q).real(), 1};
      const double residual_db = fit.residual_db(point);
      for (size_t i = 0; i < 3; ++i) {
        right[i] -= slope[i] * residual_db;
        for (size_t j = 0; j < 3; ++j) normal[i][j] += slope[i] * slope[j];
      }
    }
    const std::array<double, 3> move = solve3(normal, right);
    fit.p1 += move[0];
    fit.p2 += move[1];
    fit.gain_db += move[2];
  }
  return fit;
}

}  // namespace

double weighting_db(Weighting weighting, double hz) {
  const double f2 = hz * hz;
  const double ends = kF4Hz * kF4Hz * f2 / ((f2 + kF1Hz * kF1Hz) * (f2 + kF4Hz * kF4Hz));
  if (weighting == Weighting::c) return 20 * std::log10(ends) + kGainCDb;
  return 20 * std::log10(ends * f2 / std::sqrt((f2 + kF2Hz * kF2Hz) * (f2 + kF3Hz * kF3Hz))) + kGainADb;
}

std::vector<BiquadCoefficients> make_weighting_filter(Weighting weighting, double rate_hz) {
  std::vector<BiquadCoefficients> sections = {pole_pair(kF1Hz, kF1Hz, rate_hz)};
  if (weighting == Weighting::a) sections.push_back(pole_pair(kF2Hz, kF3Hz, rate_hz));
  for (BiquadCoefficients& section : sections) {
    section.b1 = -2;  // two zeros at 0 Hz
    section.b2 = 1;
  }
  sections.push_back(pole_pair(kF4Hz, kF4Hz, rate_hz));
  std::vector<GridPoint> grid;
  const double low_hz = std::min(20.0, 0.01 * rate_hz), high_hz = 0.475 * rate_hz;
  for (int i = 0; i < kGridPoints; ++i) {
    const double hz = low_hz * std::pow(high_hz / low_hz, static_cast<double>(i) / (kGridPoints - 1));
    grid.push_back({std::polar(1.0, -2 * std::numbers::pi * hz / rate_hz),
                    cascade_gain_db(sections, hz / rate_hz) - weighting_db(weighting, hz)});
  }
  const Fit fit = fit_zeros(grid);
  BiquadCoefficients& last = sections.back();
  last.b1 = fit.p1;
  last.b2 = fit.p2;
  // 0 dB at 1 kHz exactly, as the standard wants, where 1 kHz lies well inside the band.
  const double gain_db = rate_hz > 2500 ? -cascade_gain_db(sections, 1000 / rate_hz) : fit.gain_db;
  const double gain = std::pow(10, gain_db / 20);
  last.b0 *= gain;
  last.b1 *= gain;
  last.b2 *= gain;
  return sections;
}

}  // namespace astream
