// Calls into libraries that may never come back (a sound daemon that hangs): with a time limit.
#pragma once

#include <chrono>
#include <functional>

#include "base/cancel.hpp"

namespace astream {

enum class CallOutcome { done, timed_out, cancelled };

/// Runs `work` on a thread of its own and waits until it is done, what it throws being thrown here; until `deadline`
/// (time_point::max(): no limit); or until `cancel`. Work that is not done by then is left behind on its thread: it
/// must own all that it uses, and what it throws is lost.
CallOutcome call_bounded(std::function<void()> work, const CancelToken& cancel,
                         std::chrono::steady_clock::time_point deadline);

}  // namespace astream
