// SIGINT and SIGTERM end a run in good order; a second one ends it at once. A closed pipe is an error code, not a
// signal.
#pragma once

#include "base/cancel.hpp"

namespace astream::cli {

/// From now on the first SIGINT or SIGTERM requests `cancel`, the next has its default effect. SIGPIPE is ignored.
void catch_signals(const CancelToken& cancel);

/// The signal that came, or 0.
int caught_signal();

/// Ends the process by `signal` with its default effect.
void end_by_signal(int signal);

}  // namespace astream::cli
