#include "formats/picture/axis_ticks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace astream {

namespace {

constexpr double kSlack = 1e-9;  ///< of a step: ends that are round stay ticks whatever the rounding
constexpr const char* kMinus = "\u2212";

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
  return {text.data(), end.ptr};
}

int64_t tick_count(double low, double high, double step) {
  return static_cast<int64_t>(std::floor(high / step + kSlack) - std::ceil(low / step - kSlack)) + 1;
}

std::vector<double> multiples(double low, double high, double step) {
  std::vector<double> values;
  const double first = std::ceil(low / step - kSlack);
  const int64_t count = tick_count(low, high, step);
  for (int64_t i = 0; i < count; ++i) values.push_back((first + static_cast<double>(i)) * step);
  return values;
}

std::vector<Tick> labelled(const std::vector<double>& values, double step) {
  std::vector<Tick> ticks;
  for (const double value : values) ticks.push_back({value, format_tick(value, step)});
  return ticks;
}

/// The smallest of the steps 1, 2, 5, 10 ... that gives at most `most` ticks.
double round_step(double low, double high, int most) {
  const double least = (high - low) / std::max(most, 1);
  double power = std::pow(10, std::floor(std::log10(least)) - 1);
  for (;; power *= 10) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (tick_count(low, high, digit * power) <= most) return digit * power;
    }
  }
}

/// The first of rising `steps` that gives at most `most` ticks, or the last.
double listed_step(std::span<const double> steps, double low, double high, int most) {
  for (const double step : steps) {
    if (tick_count(low, high, step) <= most) return step;
  }
  return steps.back();
}

std::string two_digits(int64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string clock_label(double seconds, const std::string& unit) {
  const auto whole = std::llround(seconds);
  if (unit == "min:s") return std::to_string(whole / 60) + ":" + two_digits(whole % 60);
  const std::string minutes = std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60);
  return unit == "h:min" ? minutes : minutes + ":" + two_digits(whole % 60);
}

std::string hz_label(double hz) {
  constexpr double kKilo = 1000;
  const double value = hz < kKilo ? hz : hz / kKilo;
  std::string text = fixed(value, 3);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + (hz < kKilo ? "" : "k");
}

/// 0.1, 1, 10, ... up to `high_hz`.
std::vector<double> powers_of_ten(double high_hz) {
  std::vector<double> powers{0.1};
  while (powers.back() * 10 <= high_hz) powers.push_back(powers.back() * 10);
  return powers;
}

/// What a frequency axis offers, the most wanted first.
std::vector<double> wanted_frequencies(const FrequencyAxis& axis, double least_distance) {
  std::vector<double> wanted;
  if (axis.scale() == FrequencyScale::linear) {
    for (const Tick& tick : linear_ticks(axis.low_hz(), axis.high_hz(), static_cast<int>(1 / least_distance))) {
      wanted.push_back(tick.value);
    }
    return wanted;
  }
  wanted.push_back(0);
  for (const double digit : {1.0, 2.0, 5.0}) {
    for (const double power : powers_of_ten(axis.high_hz())) wanted.push_back(digit * power);
  }
  return wanted;
}

std::vector<double> between_frequencies(const FrequencyAxis& axis) {
  std::vector<double> frequencies;
  for (const double power : powers_of_ten(axis.high_hz())) {
    for (const double digit : {1.0, 2.0, 5.0, 3.0, 4.0, 6.0, 7.0, 8.0, 9.0}) frequencies.push_back(digit * power);
  }
  return frequencies;
}

}  // namespace

std::string format_tick(double value, double step) {
  const double clean = std::abs(value) < step * kSlack ? 0 : value;
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + kSlack)));
  return (clean < 0 ? kMinus : "") + fixed(std::abs(clean), decimals);
}

std::vector<Tick> linear_ticks(double low, double high, int most) {
  if (!(low < high)) return {};
  const double step = round_step(low, high, most);
  return labelled(multiples(low, high, step), step);
}

std::vector<Tick> decibel_ticks(double low_db, double high_db, int most) {
  constexpr std::array<double, 7> kSteps = {1, 2, 5, 10, 20, 50, 100};
  if (!(low_db < high_db)) return {};
  const double step = listed_step(kSteps, low_db, high_db, most);
  return labelled(multiples(low_db, high_db, step), step);
}

TimeTicks time_ticks(double duration_s, int most) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  constexpr std::array<double, 23> kSteps = {1,        2,         5,         10,        15,         30,
                                             60,       2 * 60,    5 * 60,    10 * 60,   15 * 60,    30 * 60,
                                             kHour,    2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay,
                                             2 * kDay, 5 * kDay,  10 * kDay, 30 * kDay, 100 * kDay};
  if (!(duration_s > 0)) return {{}, "s"};
  if (duration_s < 2 * kMinute) {
    const double scale = duration_s < 1e-3 ? 1e6 : duration_s < 1 ? 1e3 : 1;
    TimeTicks result{linear_ticks(0, duration_s * scale, most), scale == 1 ? "s" : scale == 1e3 ? "ms" : "µs"};
    for (Tick& tick : result.ticks) tick.value /= scale;
    return result;
  }
  const double step = listed_step(kSteps, 0, duration_s, most);
  TimeTicks result;
  result.unit = duration_s < kHour ? "min:s" : step < kMinute ? "h:min:s" : "h:min";
  for (const double value : multiples(0, duration_s, step)) {
    result.ticks.push_back({value, clock_label(value, result.unit)});
  }
  return result;
}

std::vector<Tick> frequency_ticks(const FrequencyAxis& axis, double least_distance) {
  std::vector<Tick> ticks;
  const auto add = [&](double hz, const std::string& label, double distance) {
    if (hz < axis.low_hz() * (1 - kSlack) || hz > axis.high_hz() * (1 + kSlack)) return;
    const double position = axis.position_of(hz);
    const bool has_room = std::ranges::none_of(
        ticks, [&](const Tick& other) { return std::abs(axis.position_of(other.value) - position) < distance; });
    if (has_room) ticks.push_back({hz, label});
  };
  for (const double hz : wanted_frequencies(axis, least_distance)) add(hz, hz_label(hz), least_distance);
  if (axis.scale() != FrequencyScale::linear) {
    constexpr double kUnlabelledShare = 0.3;
    for (const double hz : between_frequencies(axis)) add(hz, "", least_distance * kUnlabelledShare);
  }
  std::ranges::sort(ticks, {}, &Tick::value);
  return ticks;
}

}  // namespace astream
