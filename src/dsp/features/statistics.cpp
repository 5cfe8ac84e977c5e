#include "dsp/features/statistics.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

Statistic parse_one(std::string_view word) {
  const std::string name(word);
  if (word == "mean") return {StatisticKind::mean, 0, name};
  if (word == "std") return {StatisticKind::deviation, 0, name};
  if (word == "min") return {StatisticKind::minimum, 0, name};
  if (word == "max") return {StatisticKind::maximum, 0, name};
  if (word == "median") return {StatisticKind::percentile, 50, name};
  double percent = -1;
  if (word.size() > 1 && word[0] == 'p') {
    const auto [end, code] = std::from_chars(word.data() + 1, word.data() + word.size(), percent);
    if (code == std::errc{} && end == word.data() + word.size() && percent >= 0 && percent <= 100)
      return {StatisticKind::percentile, percent, name};
  }
  throw Error(ErrorKind::usage, "unknown statistic '" + name + "'", {},
              "known: mean, std, min, max, median, p0 to p100");
}

double deviation(std::span<const double> values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

}  // namespace

std::vector<Statistic> parse_statistics(std::string_view list) {
  std::vector<Statistic> statistics;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t comma = std::min(list.find(',', begin), list.size());
    statistics.push_back(parse_one(list.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return statistics;
}

double percentile_of_sorted(std::span<const double> sorted, double percent) {
  const double position = (static_cast<double>(sorted.size()) - 1) * percent / 100;
  const size_t below = static_cast<size_t>(position);
  const double a = sorted[below], b = sorted[std::min(below + 1, sorted.size() - 1)];
  if (a == b) return a;  // also for two infinities
  const double t = position - static_cast<double>(below);
  if (t == 0) return a;
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

void compute_statistics(std::span<double> values, std::span<const Statistic> statistics, std::span<double> out) {
  const auto nan_begin = std::stable_partition(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
  values = values.first(static_cast<size_t>(nan_begin - values.begin()));
  if (values.empty()) {
    std::fill(out.begin(), out.end(), kNan);
    return;
  }
  double mean = 0;  // before sorting, so that it is the sum in order of time
  for (const double value : values) mean += value;
  mean /= static_cast<double>(values.size());
  bool is_sorted = false;
  for (size_t i = 0; i < statistics.size(); ++i) {
    switch (statistics[i].kind) {
      case StatisticKind::mean:
        out[i] = mean;
        break;
      case StatisticKind::deviation:
        out[i] = deviation(values, mean);
        break;
      case StatisticKind::minimum:
        out[i] = *std::min_element(values.begin(), values.end());
        break;
      case StatisticKind::maximum:
        out[i] = *std::max_element(values.begin(), values.end());
        break;
      case StatisticKind::percentile:
        if (!is_sorted) std::sort(values.begin(), values.end());
        is_sorted = true;
        out[i] = percentile_of_sorted(values, statistics[i].percent);
        break;
    }
  }
}

}  // namespace astream
