#include "dsp/window_function.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <span>

#include "base/error.hpp"

namespace astream {

namespace {

using std::numbers::pi;

struct NamedShape {
  std::string_view name;
  WindowShape shape;
  double default_parameter;
};

constexpr std::array kShapes = {
    NamedShape{"rect", WindowShape::rect, 0},
    NamedShape{"hann", WindowShape::hann, 0},
    NamedShape{"hamming", WindowShape::hamming, 0},
    NamedShape{"blackman", WindowShape::blackman, 0},
    NamedShape{"blackmanharris", WindowShape::blackman_harris, 0},
    NamedShape{"nuttall", WindowShape::nuttall, 0},
    NamedShape{"flattop", WindowShape::flattop, 0},
    NamedShape{"bartlett", WindowShape::bartlett, 0},
    NamedShape{"cosine", WindowShape::cosine, 0},
    NamedShape{"kaiser", WindowShape::kaiser, 14},
    NamedShape{"tukey", WindowShape::tukey, 0.5},
    NamedShape{"povey", WindowShape::povey, 0},
};

/// sum over k of (-1)^k a[k] cos(k theta), theta = 2 pi n / (size - 1)
std::vector<double> cosine_sum(std::span<const double> a, int size) {
  std::vector<double> window(static_cast<size_t>(size));
  for (int n = 0; n < size; ++n) {
    const double theta = 2 * pi * n / (size - 1);
    double value = 0;
    for (size_t k = 0; k < a.size(); ++k) value += (k % 2 ? -a[k] : a[k]) * std::cos(static_cast<double>(k) * theta);
    window[static_cast<size_t>(n)] = value;
  }
  return window;
}

/// Modified Bessel function of order 0 by its power series; std::cyl_bessel_i is missing in libc++.
double bessel_i0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; term > sum * 1e-18; ++k) {
    term *= (x / 2 / k) * (x / 2 / k);
    sum += term;
  }
  return sum;
}

double tukey_at(int n, int size, double alpha) {
  if (alpha <= 0) return 1;
  alpha = std::min(alpha, 1.0);
  const int mirrored = std::min(n, size - 1 - n);
  if (mirrored > std::floor(alpha * (size - 1) / 2.0)) return 1;
  return 0.5 * (1 + std::cos(pi * (-1 + 2.0 * mirrored / alpha / (size - 1))));
}

double closed_form(const WindowSpec& spec, int n, int size) {
  const double last = size - 1;
  switch (spec.shape) {
    case WindowShape::bartlett:
      return n <= last / 2 ? 2 * n / last : 2 - 2 * n / last;
    case WindowShape::cosine:
      return std::sin(pi / size * (n + 0.5));
    case WindowShape::kaiser: {
      const double r = (n - last / 2) / (last / 2);
      return bessel_i0(spec.parameter * std::sqrt(std::max(0.0, 1 - r * r))) / bessel_i0(spec.parameter);
    }
    case WindowShape::tukey:
      return tukey_at(n, size, spec.parameter);
    case WindowShape::povey:
      return std::pow(0.5 - 0.5 * std::cos(2 * pi * n / last), 0.85);
    default:
      return 1;
  }
}

std::vector<double> symmetric_window(const WindowSpec& spec, int size) {
  static constexpr std::array kHann = {0.5, 0.5};
  static constexpr std::array kHamming = {0.54, 0.46};
  static constexpr std::array kBlackman = {0.42, 0.5, 0.08};
  static constexpr std::array kBlackmanHarris = {0.35875, 0.48829, 0.14128, 0.01168};
  static constexpr std::array kNuttall = {0.3635819, 0.4891775, 0.1365995, 0.0106411};
  static constexpr std::array kFlattop = {0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368};
  switch (spec.shape) {
    case WindowShape::hann:
      return cosine_sum(kHann, size);
    case WindowShape::hamming:
      return cosine_sum(kHamming, size);
    case WindowShape::blackman:
      return cosine_sum(kBlackman, size);
    case WindowShape::blackman_harris:
      return cosine_sum(kBlackmanHarris, size);
    case WindowShape::nuttall:
      return cosine_sum(kNuttall, size);
    case WindowShape::flattop:
      return cosine_sum(kFlattop, size);
    default: {
      std::vector<double> window(static_cast<size_t>(size));
      for (int n = 0; n < size; ++n) window[static_cast<size_t>(n)] = closed_form(spec, n, size);
      return window;
    }
  }
}

}  // namespace

WindowSpec parse_window_spec(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  for (const NamedShape& known : kShapes) {
    if (known.name != name) continue;
    WindowSpec spec{known.shape, known.default_parameter, known.shape == WindowShape::povey};
    if (colon == std::string_view::npos) return spec;
    const std::string_view number = text.substr(colon + 1);
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), spec.parameter);
    if (known.default_parameter == 0 || code != std::errc{} || end != number.data() + number.size() ||
        !(spec.parameter >= 0 && spec.parameter <= 500))
      break;
    return spec;
  }
  throw Error(ErrorKind::usage, "unknown window function '" + std::string(text) + "'", {}, "known: " + window_names());
}

std::string window_names() {
  std::string names;
  for (const NamedShape& known : kShapes) names.append(names.empty() ? "" : ", ").append(known.name);
  return names;
}

std::vector<double> make_window(const WindowSpec& spec, int size_samples) {
  if (size_samples < 1) throw Error(ErrorKind::usage, "a window function needs at least one sample");
  if (size_samples == 1) return {1.0};
  if (spec.is_symmetric || spec.shape == WindowShape::povey) return symmetric_window(spec, size_samples);
  std::vector<double> window = symmetric_window(spec, size_samples + 1);
  window.pop_back();
  return window;
}

}  // namespace astream
