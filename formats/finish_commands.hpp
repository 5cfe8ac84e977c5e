// Runs a command for each finished file, one after the other, beside the recording. What a command writes goes to
// stderr; one that fails is told in the log. Used from one thread.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/subprocess.hpp"

namespace astream {

class FinishCommands {
 public:
  /// An empty `command`: nothing is run. `ended` is told each path whose command has ended, or could not be started.
  explicit FinishCommands(std::vector<std::string> command, std::function<void(const std::string& path)> ended = {})
      : command_(std::move(command)), ended_(std::move(ended)) {}

  /// Runs the command with `path` behind its words, as soon as those before have ended.
  void add(const std::string& path);
  /// Looks after the one that runs; does not wait.
  void poll();
  /// Waits until all have run.
  void finish();

 private:
  void start_next();
  void tell(const ChildExit& exit) const;

  void end_running();

  std::vector<std::string> command_;
  std::function<void(const std::string& path)> ended_;
  std::deque<std::string> waiting_;
  std::string running_path_;
  std::optional<Subprocess> running_;
};

/// The words of a command line: separated by blanks, kept together by '...' or "...", a backslash takes the next
/// character as it is (not inside '...'). Nothing is expanded. Throws Error(usage) naming `what` for an open quote or
/// no word.
std::vector<std::string> split_words(const std::string& text, const std::string& what);

}  // namespace astream
