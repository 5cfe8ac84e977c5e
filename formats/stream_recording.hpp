// One stream on its way into files: where files begin and end, what their names are, what the log tells.
//
// Takes contiguous windows. A failure leaves what is whole. Used from one thread.
#pragma once

#include <memory>
#include <optional>

#include "dsp/level_trigger.hpp"
#include "formats/recording_desk.hpp"
#include "formats/recording_file.hpp"
#include "stream/receiver.hpp"

namespace astream {

class StreamRecording {
 public:
  /// `desk` must outlive it. Throws Error(usage) for a stream that can't be recorded: its file exists.
  StreamRecording(RecordingDesk& desk, const StreamStart& event);

  /// Throws Error(output), with the file salvaged.
  void window(const Window& window);
  void tags(const StreamInfo& event);
  void end(const StreamEnd& event);

 private:
  /// A moment whose place on the stream's time line is known.
  struct ClockPoint {
    int64_t sample = 0;
    int64_t time_us = 0;
  };

  void check_encoder() const;
  SoundEncoderRequest encoder_request() const;
  void record(const Window& window);
  void tell_losses(const Window& window);
  void take(int64_t sample, std::span<const float> samples);
  void begin_file(int64_t sample);
  void end_file(const std::string& reason);
  void salvage() noexcept;
  FileEvent file_event() const;
  NameFields fields() const;
  bool has_clock_splits() const;
  int64_t time_of(int64_t sample) const;
  int64_t begin_time_us(int64_t sample) const;
  int64_t boundary() const;
  bool is_full(int64_t samples) const;

  RecordingDesk& desk_;
  StreamStart stream_;
  Tags tags_;
  std::optional<LevelTrigger> trigger_;
  std::unique_ptr<RecordingFile> file_;
  FileEvent event_;  ///< of the open file, less its lengths
  NameFields fields_;
  ClockPoint clock_;
  bool has_wallclock_ = false;
  bool is_event_begun_ = false;  ///< origin_ is that of the recording, or of the event
  int64_t origin_ = 0;           ///< splits by time are counted from here
  int64_t position_ = 0;         ///< the sample behind the last one written
  int64_t reconnects_ = 0;
  int64_t boundary_sample_ = 0;    ///< where the open file ends, when splits are by time
  int64_t boundary_us_ = 0;        ///< when, when splits are by the clock
  std::optional<int64_t> due_us_;  ///< of the boundary where the last file ended
  int64_t files_ = 0;
  bool is_failed_ = false;
};

}  // namespace astream
