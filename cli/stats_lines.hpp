// Health of a run for programs that watch it: a JSON line per stream on stderr, every so often.
//
//     {"stats":{"stream":0,"uri":"rtsp://cam/1","label":"cam","state":"live","silence":0.02,"lag":0,...}}
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "stream/generator.hpp"

namespace astream::cli {

/// One line, without a line end.
std::string stats_line(const StreamHealth& health);

class StatsLines {
 public:
  /// Nothing is ever written without an interval.
  explicit StatsLines(std::optional<std::chrono::milliseconds> interval);

  /// When to look again, at the latest.
  Clock::time_point next(Clock::time_point latest) const;
  /// Writes the lines of all open streams when they are due.
  void write_due(const Generator& run);

 private:
  std::optional<std::chrono::milliseconds> interval_;
  Clock::time_point due_;
};

}  // namespace astream::cli
