// A file that appears under its name only when it is whole: written as PATH.part, renamed by publish().
//
// A PATH that is no plain file (a link, a named pipe, /dev/null) is written straight into. Owns the descriptor. Without
// publish() the destructor removes PATH.part. PATH.part is locked while it is written, so that two runs with one output
// can't mix; one that a killed run left behind is written over. Throws Error(output). Used from one thread.
#pragma once

#include <string>

namespace astream {

class OutputFile {
 public:
  /// Fails at once when PATH can't be written, or exists and may not be overwritten.
  OutputFile(std::string path, bool may_overwrite);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  int fd() const { return fd_; }
  const std::string& path() const { return path_; }

  /// Closes and renames. A PATH that has appeared meanwhile is not replaced unless it may be: the file is then left
  /// under PATH.part, and the Error says so.
  void publish();

 private:
  void open_straight();
  void open_part();

  std::string path_;
  std::string part_path_;  ///< empty: written straight into path_
  bool may_overwrite_;
  int fd_ = -1;
};

}  // namespace astream
