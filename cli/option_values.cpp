#include "cli/option_values.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace astream::cli {

std::vector<std::string> split_list(const std::string& text, const std::string& option) {
  std::vector<std::string> words = CLI::detail::split(text, ',');
  if (text.ends_with(',')) words.emplace_back();  // which CLI11 leaves out
  for (const std::string& word : words) {
    if (word.empty()) throw Error(ErrorKind::usage, option + ": '" + text + "' has an empty part", {}, "try 1,2");
  }
  return words;
}

int parse_number(const std::string& text, const std::string& option, int least, int most) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw Error(ErrorKind::usage, option + ": '" + text + "' is no whole number from " + std::to_string(least) +
                                      " to " + std::to_string(most));
  }
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

double parse_real(const std::string& text, const std::string& option, double least, double most) {
  const auto value = parse_decimal(text);
  if (!value) throw Error(ErrorKind::usage, option + ": '" + text + "' is no number");
  if (*value < least || *value > most) throw Error(ErrorKind::usage, option + ": " + text + " is out of range");
  return *value;
}

double parse_hz(const std::string& text, const std::string& option) {
  constexpr double kMost_hz = 1e9;
  const bool is_kilo = text.ends_with('k');
  return parse_real(text.substr(0, text.size() - is_kilo), option, 0, kMost_hz) * (is_kilo ? 1000 : 1);
}

double parse_dbfs(const std::string& text, const std::string& option) {
  std::string number = lower_case(text);
  for (const std::string_view unit : {"dbfs", "db"}) {
    if (!number.ends_with(unit)) continue;
    number.resize(number.size() - unit.size());
    break;
  }
  while (number.ends_with(' ')) number.pop_back();
  const auto db = parse_decimal(number);
  if (!db) throw Error(ErrorKind::usage, option + ": '" + text + "' is no level", {}, "try -40dBFS");
  if (*db > 0)
    throw Error(ErrorKind::usage, option + ": nothing is louder than 0 dBFS", {}, "try -" + text + "; it is negative");
  return *db;
}

double parse_seconds(const std::string& text, const std::string& option, const std::string& example) {
  const TimeSpec time = parse_time(text, option);
  if (time.samples) throw Error(ErrorKind::usage, option + ": samples make no sense here", {}, "try " + example);
  return time.seconds;
}

}  // namespace astream::cli
