// The sidecar of a recording: what happened when, as lines of JSON, each written at once.
//
// Positions: `sample` counts on the stream's time line (missing samples too), so that files can be laid on it again;
// `file_sample` in the file. A log that exists is continued. Only the opening throws Error(output). Used from one
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "stream/receiver.hpp"

namespace astream {

/// A file at a moment of its life.
struct FileEvent {
  int64_t stream = 0;
  std::string path;
  int64_t sample = 0;  ///< first of the file, on the stream's time line
  AudioFormat format;
  std::optional<int64_t> wallclock_us;  ///< of the first sample
  int64_t samples = 0;                  ///< in the file so far
  int64_t missing_samples = 0;          ///< between the first and the last, not in the file
  int64_t size_bytes = 0;
};

class RecordingLog {
 public:
  /// An empty path: nothing is written.
  explicit RecordingLog(const std::string& path);
  ~RecordingLog();
  RecordingLog(const RecordingLog&) = delete;
  RecordingLog& operator=(const RecordingLog&) = delete;

  void start(const SetStart& event);
  void stream_start(const StreamStart& event);
  void file_open(const FileEvent& file);
  /// `reason`: split, silence, gap, or why the stream ended.
  void file_close(const FileEvent& file, const std::string& reason);
  void file_delete(const std::string& path);
  /// `window` tells what is missing before it; `file_sample`: where in the file, if one is open.
  void gap(const Window& window, const std::optional<FileEvent>& file);
  void reconnect(const Window& window);
  /// Not of the files: what the reader of windows beside the recording lost by being slow, up to `sample`.
  void lag(int64_t stream, int64_t sample, int64_t dropped_samples);
  void tags(const StreamInfo& event, int64_t sample);
  void stream_error(const StreamError& event);
  void stream_end(const StreamEnd& event);
  void end(const SetEnd& event);

 private:
  struct Line;
  void write(const Line& line);
  int fd_ = -1;
  std::string path_;
};

}  // namespace astream
