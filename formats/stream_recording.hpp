// One stream of samples on its way into files, all of it or where it is loud.
//
// Takes contiguous windows. A failure leaves what is whole. Used from one thread.
#pragma once

#include <optional>

#include "dsp/level_trigger.hpp"
#include "formats/file_sequence.hpp"
#include "formats/sample_guard.hpp"
#include "formats/sound_encoder.hpp"

namespace astream {

class StreamRecording {
 public:
  /// `desk` must outlive it. Throws Error(usage) for a stream that can't be recorded: its file exists, or the encoder
  /// can't take it.
  StreamRecording(RecordingDesk& desk, const StreamStart& event);

  /// Throws Error(output), with the file salvaged.
  void window(const Window& window);
  void tags(const StreamInfo& event) { files_.tell_tags(event); }
  void end(const StreamEnd& event);
  /// What window() or end() threw, with the names of input and file.
  Error named(const Error& error) const;

 private:
  std::unique_ptr<SoundEncoder> make_encoder(ByteOutput& output, const Tags& tags) const;
  void make_trigger();
  void warn_of_lost_bits() const;
  void record(const Window& window);
  void take(int64_t sample, std::span<const float> samples);

  RecordingDesk& desk_;
  FileSequence files_;
  SoundEncoder* encoder_ = nullptr;  ///< of the open file
  SampleGuard guard_;
  std::optional<LevelTrigger> trigger_;
};

}  // namespace astream
