#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/ascii.hpp"
#include "base/audio.hpp"
#include "base/error.hpp"

namespace astream {

namespace {

/// Longest time that is taken, about 31 years: its samples at the highest rate are still exact in a double.
constexpr double kMaxSeconds = 1e9;
constexpr int64_t kMaxSamples = int64_t{1} << 53;
constexpr double kMaxBytes = 9007199254740992.0;  // 2^53

[[noreturn]] void refuse(std::string_view what, std::string_view text, std::string_view problem) {
  std::string message(what);
  message += ": '";
  message += text;
  message += "' ";
  message += problem;
  throw Error(ErrorKind::usage, message);
}

/// Takes a plain decimal ("12", "1.5", ".5"; no sign, no exponent) off the front of `text`.
std::optional<double> take_decimal(std::string_view& text) {
  size_t length = 0;
  size_t digits = 0;
  bool has_point = false;
  for (; length < text.size(); ++length) {
    if (is_digit(text[length])) {
      ++digits;
    } else if (text[length] == '.' && !has_point) {
      has_point = true;
    } else {
      break;
    }
  }
  if (digits == 0) return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + length, value, std::chars_format::fixed);
  if (result.ec != std::errc()) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "HH:MM:SS.mmm" or "MM:SS.mmm" in seconds; only the first field may pass 59.
std::optional<double> parse_clock(std::string_view text) {
  double seconds = 0;
  for (int fields = 1;; ++fields) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      std::string_view rest = text;
      const auto last = take_decimal(rest);
      if (!last || !rest.empty() || *last >= 60 || fields < 2) return std::nullopt;
      return seconds * 60 + *last;
    }
    const auto field = parse_integer(text.substr(0, colon));
    if (!field || fields > 2 || (fields > 1 && *field > 59)) return std::nullopt;
    seconds = seconds * 60 + static_cast<double>(*field);
    text.remove_prefix(colon + 1);
  }
}

/// A unit either multiplies or divides, so that 250ms is 250 / 1000 rounded once.
struct TimeUnit {
  std::string_view suffix;
  double multiply;
  double divide;
};
constexpr std::array<TimeUnit, 7> kTimeUnits = {
    {{"", 1, 1}, {"s", 1, 1}, {"ms", 1, 1e3}, {"us", 1, 1e6}, {"m", 60, 1}, {"h", 3600, 1}, {"d", 86400, 1}}};

std::optional<double> parse_seconds(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_clock(text);
  const auto value = take_decimal(text);
  if (!value) return std::nullopt;
  for (const TimeUnit& unit : kTimeUnits) {
    if (unit.suffix == text) return *value * unit.multiply / unit.divide;
  }
  return std::nullopt;
}

}  // namespace

int64_t TimeSpec::samples_at(int rate_hz) const {
  if (samples) return *samples;
  return std::llround(seconds * rate_hz);
}

TimeSpec parse_time(std::string_view text, std::string_view what) {
  constexpr std::string_view kSamplesSuffix = "smp";
  TimeSpec time;
  if (text.ends_with(kSamplesSuffix)) {
    time.samples = parse_integer(text.substr(0, text.size() - kSamplesSuffix.size()));
    if (!time.samples) refuse(what, text, "is not a whole number of samples; try 16000smp");
    if (*time.samples > kMaxSamples) refuse(what, text, "is too long");
    return time;
  }
  const auto seconds = parse_seconds(text);
  if (!seconds) refuse(what, text, "is not a time; try 1.5s, 250ms, 16000smp or 00:01:30");
  if (!(*seconds <= kMaxSeconds)) refuse(what, text, "is too long");
  time.seconds = *seconds;
  return time;
}

OverlapSpec parse_overlap(std::string_view text, std::string_view what) {
  OverlapSpec overlap;
  if (!text.ends_with('%')) {
    overlap.time = parse_time(text, what);
    return overlap;
  }
  std::string_view number = text.substr(0, text.size() - 1);
  overlap.percent = take_decimal(number);
  if (!overlap.percent || !number.empty()) refuse(what, text, "is not an overlap; try 50% or 0.5s");
  if (*overlap.percent >= 100) refuse(what, text, "leaves no hop; an overlap must be below 100%");
  return overlap;
}

int parse_rate_hz(std::string_view text, std::string_view what) {
  constexpr std::string_view kProblem = "is not a sample rate; try 16000, 44.1k or 48kHz";
  std::string_view rest = text;
  const auto value = take_decimal(rest);
  if (!value) refuse(what, text, kProblem);
  const std::string unit = lower_case(rest);
  if (unit != "" && unit != "hz" && unit != "k" && unit != "khz") refuse(what, text, kProblem);
  const double rate = unit.starts_with('k') ? *value * 1000 : *value;
  if (rate > kMaxRateHz) refuse(what, text, "is too high; the highest sample rate is " + std::to_string(kMaxRateHz));
  const auto rounded = static_cast<int>(std::lround(rate));
  // 44.1 * 1000 need not be 44100 to the last bit; half a hertz given on purpose is refused.
  if (rounded < 1 || std::abs(rate - rounded) > 1e-6) refuse(what, text, "is not a whole number of hertz above 0");
  return rounded;
}

int64_t parse_bytes(std::string_view text, std::string_view what) {
  constexpr std::string_view kProblem = "is not a size; try 65536, 64k, 10M or 1.5G";
  std::string_view rest = text;
  const auto value = take_decimal(rest);
  if (!value) refuse(what, text, kProblem);
  std::string unit = lower_case(rest);
  double factor = 1;
  constexpr std::string_view kPowers = "kmgt";
  const size_t power = unit.empty() ? std::string_view::npos : kPowers.find(unit.front());
  if (power != std::string_view::npos) {
    factor = std::exp2(10.0 * static_cast<double>(power + 1));
    unit.erase(0, 1);
    if (unit == "ib") unit.clear();
  }
  if (unit != "" && unit != "b") refuse(what, text, kProblem);
  const double bytes = *value * factor;
  if (!(bytes <= kMaxBytes)) refuse(what, text, "is too large");
  return std::llround(bytes);
}

std::string format_clock(double seconds, int decimals) {
  if (!std::isfinite(seconds) || std::abs(seconds) > kMaxSeconds) return "--:--";
  const int kept = std::clamp(decimals, 0, 9);
  int64_t scale = 1;
  for (int i = 0; i < kept; ++i) scale *= 10;
  // Rounded as a whole first: 59.99 to one decimal is 1:00, not 0:60.
  const int64_t ticks = std::llround(std::abs(seconds) * static_cast<double>(scale));
  const int64_t whole = ticks / scale;
  const auto two_digits = [](int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };

  std::string text = seconds < 0 && ticks > 0 ? "-" : "";
  if (whole >= 3600) {
    text += std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60);
  } else {
    text += std::to_string(whole / 60);
  }
  text += ":" + two_digits(whole % 60);
  if (ticks % scale == 0) return text;
  std::string fraction = std::to_string(ticks % scale);
  fraction.insert(0, static_cast<size_t>(kept) - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return text + "." + fraction;
}

}  // namespace astream
