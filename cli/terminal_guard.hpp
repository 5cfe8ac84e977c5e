// Gives the terminal back as it was found, however this process ends: also when it crashes or is killed.
//
// A crash is caught by handlers of its signals, which then take their course. For what can't be caught (SIGKILL) a
// small child process waits for the end of this one. At most one object at a time; to be made while there is one
// thread.
#pragma once

#include <memory>
#include <string>

namespace astream::cli {

class TerminalGuard {
 public:
  /// `fd` is the terminal, still as it was found.
  explicit TerminalGuard(int fd);
  /// From now on the terminal needs to be restored: by writing `restoring` to it, and its modes.
  void arm(const std::string& restoring);
  /// The caller has restored it.
  ~TerminalGuard();
  TerminalGuard(const TerminalGuard&) = delete;
  TerminalGuard& operator=(const TerminalGuard&) = delete;

 private:
  struct State;
  std::unique_ptr<State> self_;
};

}  // namespace astream::cli
