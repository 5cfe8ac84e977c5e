// Summary statistics of a column of values: mean, std, min, max, median and any percentile. Pure functions.
//
// NaN values are left out (all NaN or none at all: the result is NaN). std is that of the population (numpy's ddof 0);
// percentiles interpolate linearly (numpy's default).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

enum class StatisticKind { mean, deviation, minimum, maximum, percentile };

struct Statistic {
  StatisticKind kind = StatisticKind::mean;
  double percent = 0;  ///< of a percentile, 0..100
  std::string name;    ///< as typed: "mean", "std", "p10"
};

/// Parses "mean,std,min,max,median,p10,p99.9". Throws Error(usage).
std::vector<Statistic> parse_statistics(std::string_view list);

/// One result per statistic; `values` may be reordered.
void compute_statistics(std::span<double> values, std::span<const Statistic> statistics, std::span<double> out);

/// Linear percentile of an ascending, NaN-free, non-empty list.
double percentile_of_sorted(std::span<const double> sorted, double percent);

}  // namespace astream
