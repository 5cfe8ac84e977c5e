// SIGINT, SIGTERM and SIGHUP end a run in good order; one that comes more than a second later ends it at once. A closed
// pipe is an error code, not a signal.
#pragma once

#include "base/cancel.hpp"

namespace astream::cli {

/// From now on the first SIGINT, SIGTERM or SIGHUP requests `cancel`. What comes within a second is the same wish;
/// later ones have their default effect. A SIGHUP that is ignored stays so. SIGPIPE is ignored.
void catch_signals(const CancelToken& cancel);

/// The signal that came, or 0.
int caught_signal();

/// Ends the process by `signal` with its default effect.
void end_by_signal(int signal);

}  // namespace astream::cli
