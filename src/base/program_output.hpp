// What a program says: run to its end, with all that it writes kept apart by stdout and stderr.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "base/subprocess.hpp"

namespace astream {

struct ProgramOutput {
  ChildExit exit;
  std::string out;
  std::string err;
};

/// When a program is ended before it ends by itself.
struct ProgramLimits {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  size_t max_bytes = 16 << 20;       ///< of each of its outputs
  std::vector<CancelToken> cancels;  ///< any of them
};

/// Runs `argv` (argv[0] is searched on PATH) with a few lines of text, or nothing, on stdin. Throws Error(open) when it
/// can't be started, Error(resolve) when it takes too long or writes too much, Cancelled. It never outlives the call.
ProgramOutput run_program(const std::vector<std::string>& argv, const ProgramLimits& limits,
                          std::string_view stdin_text = {});

}  // namespace astream
