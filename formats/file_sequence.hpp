// The files that one stream goes into, one behind the other: where each begins and ends, what it is called, and what
// the log tells of it.
//
// A failure leaves what is whole. Used from one thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "formats/recording_clock.hpp"
#include "formats/recording_desk.hpp"
#include "formats/recording_file.hpp"
#include "stream/receiver.hpp"

namespace astream {

class FileSequence {
 public:
  /// `make_encoder` is called for each file, with the tags of its first sample. `desk` must outlive it. Throws
  /// Error(usage) for a stream that can't be recorded: its file exists.
  using TaggedEncoderFactory = std::function<std::unique_ptr<FileEncoder>(ByteOutput& output, const Tags& tags)>;
  FileSequence(RecordingDesk& desk, const StreamStart& event, TaggedEncoderFactory make_encoder);

  /// How many of `count` samples from `sample` on go into one file under the same tags, at least 1; that file is open
  /// afterwards. What has no room left for them, or ends here, is ended first.
  int64_t make_room(int64_t sample, int64_t count);
  /// Adds what make_room() told.
  void append(int64_t samples, const std::function<void()>& write);
  /// Ends the open file, if there is one; splits by time are then counted anew with `is_event_over`.
  void end_file(const std::string& reason, bool is_event_over = false);
  /// Ends the last file with its stream. Warns where there was none though `is_file_expected`.
  void end_stream(const StreamEnd& event, bool is_file_expected);
  /// After a failure: what is whole is kept, nothing more is taken.
  void salvage() noexcept;
  bool has_failed() const { return has_failed_; }

  /// Tells when a sample was captured, of what is live.
  void set_clock(int64_t sample, int64_t wallclock_us);
  /// Logs what the window says is missing before it.
  void tell_losses(const Window& window);
  /// They count from the event's time on, also where the samples before it are still to come.
  void tell_tags(const StreamInfo& event);

  const StreamStart& stream() const { return stream_; }
  /// Of the file that was begun last, "" before the first.
  const std::string& path() const { return event_.path; }

 private:
  void begin_file(int64_t sample);
  void plan_end(int64_t sample, int64_t time_us);
  bool take_tags(int64_t sample);
  FileEvent file_event() const;
  NameFields next_fields() const;
  bool has_clock_splits() const;
  int64_t begin_time_us(int64_t sample) const;
  int64_t boundary() const;
  bool is_full(int64_t samples) const;

  RecordingDesk& desk_;
  StreamStart stream_;
  TaggedEncoderFactory make_encoder_;
  struct ComingTags {
    int64_t sample = 0;
    Tags tags;
  };
  Tags tags_;
  std::deque<ComingTags> coming_tags_;  ///< that count from a later sample on
  std::unique_ptr<RecordingFile> file_;
  FileEvent event_;  ///< of the open file, less its lengths
  NameFields fields_;
  RecordingClock clock_;
  std::optional<int64_t> origin_;  ///< splits by time are counted from here
  int64_t position_ = 0;           ///< the sample behind the last one written
  int64_t reconnects_ = 0;
  int64_t boundary_sample_ = 0;    ///< where the open file ends, when splits are by time
  int64_t boundary_us_ = 0;        ///< when, when splits are by the clock
  std::optional<int64_t> due_us_;  ///< of the boundary where the last file ended
  int64_t files_ = 0;
  bool has_failed_ = false;
};

/// Tags as files have them: what a radio says of itself by its own names, and what is true of the source alone is left
/// out.
Tags file_tags(const Tags& tags);

}  // namespace astream
