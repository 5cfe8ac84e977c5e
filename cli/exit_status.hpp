// The exit statuses of astream, as the man page promises them.
#pragma once

#include "stream/generator.hpp"

namespace astream::cli {

enum ExitStatus : int {
  kOk = 0,       ///< all streams complete, or the reader has seen enough
  kFailed = 1,   ///< no stream could be delivered, or the output failed
  kUsage = 2,    ///< the command line is wrong
  kPartial = 3,  ///< some streams failed, the rest are complete
  kNoMatch = 4,  ///< no input matched
  kLost = 5,     ///< a live source was lost
  kAlarm = 6,    ///< levels --threshold: the level was on the wrong side of it
};

/// The status for a run that ended by itself. Pure.
ExitStatus status_of(const RunSummary& summary);

}  // namespace astream::cli
