// The whole program behind main(): finds the command, runs it, and turns every failure into one line and an exit
// status.
#pragma once

namespace astream::cli {

/// Never throws. Re-raises SIGINT, SIGTERM and SIGHUP after a clean end, so that the shell sees the truth.
int run_program(int argc, char** argv) noexcept;

}  // namespace astream::cli
