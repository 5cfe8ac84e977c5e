#include "cli/color_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "formats/picture/color_map.hpp"

namespace astream::cli {

namespace {

struct Rgb {
  int red, green, blue;
};

Rgb parts(Color color) {
  return {(color >> 16) & 0xFF, (color >> 8) & 0xFF, color & 0xFF};
}

int distance(Rgb a, Rgb b) {
  // Weights by how much the eye cares.
  const int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

int to_srgb(double linear) {
  const double x = std::clamp(linear, 0.0, 1.0);
  const double encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
  return static_cast<int>(std::lround(encoded * 255));
}

/// Bjoern Ottosson's OKLab, to sRGB.
Color from_oklab(double lightness, double a, double b) {
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  const int red = to_srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const int green = to_srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const int blue = to_srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
  return red << 16 | green << 8 | blue;
}

constexpr std::array<int, 6> kCube{0, 95, 135, 175, 215, 255};

int nearest_step(int value) {
  size_t best = 0;
  for (size_t i = 1; i < kCube.size(); ++i) {
    if (std::abs(kCube[i] - value) < std::abs(kCube[best] - value)) best = i;
  }
  return static_cast<int>(best);
}

}  // namespace

Color heat_color(double share) {
  return static_cast<Color>(map_color(ColorMapName::magma, share));
}

Color level_color(double db) {
  // EBU R128's reference level for peaks is -18 dBFS (Tech 3205); broadcast peaks stay below -1.
  constexpr double kQuiet_db = -40, kGood_db = -18, kLoud_db = -6, kFull_db = 0;
  const auto between = [db](double low, double high) { return std::clamp((db - low) / (high - low), 0.0, 1.0); };
  constexpr double kDegree = std::numbers::pi / 180;
  const double hue =
      (158 - 8 * between(kQuiet_db, kGood_db) - 55 * between(kGood_db, kLoud_db) - 66 * between(kLoud_db, kFull_db)) *
      kDegree;
  const double lightness = 0.66 + 0.12 * between(kQuiet_db, kLoud_db) - 0.14 * between(kLoud_db, kFull_db);
  constexpr double kChroma = 0.17;
  return from_oklab(lightness, kChroma * std::cos(hue), kChroma * std::sin(hue));
}

int nearest_in_256(Color color) {
  constexpr int kFirstCube = 16, kFirstGray = 232, kGrays = 24;
  const Rgb wanted = parts(color);
  const int red = nearest_step(wanted.red), green = nearest_step(wanted.green), blue = nearest_step(wanted.blue);
  const auto step = [](int i) { return kCube[static_cast<size_t>(i)]; };
  const int gray = std::clamp(((wanted.red + wanted.green + wanted.blue) / 3 - 3) / 10, 0, kGrays - 1);
  const int gray_value = 8 + 10 * gray;
  const bool is_gray =
      distance({gray_value, gray_value, gray_value}, wanted) < distance({step(red), step(green), step(blue)}, wanted);
  return is_gray ? kFirstGray + gray : kFirstCube + 36 * red + 6 * green + blue;
}

int nearest_in_8(Color color) {
  const Rgb wanted = parts(color);
  const int most = std::max({wanted.red, wanted.green, wanted.blue});
  const int least = std::min({wanted.red, wanted.green, wanted.blue});
  constexpr int kBlack = 0, kRed = 1, kGreen = 2, kYellow = 3, kBlue = 4, kMagenta = 5, kCyan = 6, kWhite = 7;
  constexpr int kDark = 64;
  if (most < kDark) return kBlack;
  if ((most - least) * 4 < most) return kWhite;
  // By hue: what is near in numbers may look quite another colour.
  const double span = most - least;
  const double hue = wanted.red == most     ? std::fmod((wanted.green - wanted.blue) / span * 60 + 360, 360)
                     : wanted.green == most ? (wanted.blue - wanted.red) / span * 60 + 120
                                            : (wanted.red - wanted.green) / span * 60 + 240;
  struct Sector {
    double end;
    int color;
  };
  for (const Sector& sector : {Sector{25, kRed}, Sector{75, kYellow}, Sector{168, kGreen}, Sector{195, kCyan},
                               Sector{265, kBlue}, Sector{335, kMagenta}}) {
    if (hue < sector.end) return sector.color;
  }
  return kRed;
}

}  // namespace astream::cli
