#include "cli/exit_status.hpp"

namespace astream::cli {

ExitStatus status_of(const RunSummary& summary) {
  if (summary.lost > 0) return kLost;
  if (summary.streams == summary.unmatched) return kNoMatch;  // also when there were no names at all
  if (summary.failed == 0) return kOk;
  return summary.delivered > 0 ? kPartial : kFailed;
}

}  // namespace astream::cli
