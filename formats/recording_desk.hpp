// What the streams of one recording share: the options, the names that are taken, the log, and what is done with
// finished files. Used from one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/worker_pool.hpp"
#include "formats/finish_commands.hpp"
#include "formats/recording_format.hpp"
#include "formats/recording_keep.hpp"
#include "formats/recording_log.hpp"
#include "formats/recording_name.hpp"
#include "formats/split_plan.hpp"

namespace astream {

struct TriggerTimes {
  double threshold_db = 0;  ///< dBFS of a sample's magnitude
  TimeSpec pre;
  TimeSpec post;
};

struct RecorderOptions {
  std::string path;  ///< the template; "-" for stdout
  bool may_overwrite = false;
  const RecordingFormat* format = nullptr;
  EncoderSettings settings;
  SplitOptions split;  ///< its is_utc counts for names too
  std::optional<TriggerTimes> trigger;
  std::optional<KeepLimit> keep;
  std::vector<std::string> on_split;  ///< words of a command, or none
  std::string log_path;
};

class RecordingDesk {
 public:
  /// Throws Error(usage | output) for a template or a log that can't be.
  explicit RecordingDesk(RecorderOptions options);

  /// A name that nothing has yet: `path`, or with -2, -3 ... before its suffix, which is told as a warning. Names of
  /// this run are never used twice, whatever may be overwritten. Folders are made as needed. Throws Error(output).
  std::string claim(const std::string& path);
  /// Throws Error(usage) when `path` is there (or its .part) and may not be overwritten.
  void check_free(const std::string& path) const;

  /// A file is whole: tells people, runs the command, deletes what is too much and has no command before it.
  void finished(const FileEvent& file, const NameFields& fields);

  const RecorderOptions options;
  const RecordingName name;
  RecordingLog log;
  FinishCommands commands;
  WorkerPool syncer{1};
  int64_t files = 0;  ///< begun so far

 private:
  bool is_taken(const std::string& path) const;
  void delete_old(const NameFields& fields);
  void command_ended(const std::string& path);
  std::map<std::string, NameFields> in_command_;  ///< files whose command waits or runs
  std::set<std::string> used_;
};

}  // namespace astream
