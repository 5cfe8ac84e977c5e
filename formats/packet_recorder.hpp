// Records coded packets as they are: the counterpart of Recorder for what is not decoded. Files begin and end between
// packets. Throws Error, which ends the one stream.
#pragma once

#include <map>
#include <memory>

#include "av/packet_writer.hpp"
#include "formats/file_sequence.hpp"
#include "formats/recording_desk.hpp"
#include "stream/packet_run.hpp"

namespace astream {

class PacketRecorder : public PacketReceiver {
 public:
  /// `is_part`: files may hold less than their inputs, as the caller limits them.
  PacketRecorder(RecorderOptions options, bool is_part);

  void set_start(const SetStart& event) override { desk_.log.start(event); }
  void stream_start(const StreamStart& event, const av::PacketReader& reader) override;
  void packet(const Window& place, const av::PacketReader& reader, bool is_new_stream) override;
  void stream_info(const StreamInfo& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  class PacketEncoder;
  struct Stream {
    std::unique_ptr<FileSequence> files;
    PacketEncoder* encoder = nullptr;          ///< of the open file
    const av::PacketReader* reader = nullptr;  ///< of the packet that is being written
  };
  void check_fit(const StreamStart& event, const av::PacketReader& reader) const;
  void begin_other_file(FileSequence& files) const;
  void write(Stream& stream, const Window& place, bool is_new_stream);

  RecordingDesk desk_;
  bool is_part_;
  std::map<int64_t, Stream> streams_;
};

}  // namespace astream
