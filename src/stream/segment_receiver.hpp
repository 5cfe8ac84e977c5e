// Finds where something is heard, or where nothing is: a Receiver in front of a RowReceiver that gets one row a
// segment.
//
// A row stands at the segment's beginning, lasts as long, and has one column, `end`: the end's time in seconds. Speech
// comes from the mean of all channels; silence is where every channel is below the threshold. Rows come out when their
// segment is complete. Gaps end an open segment.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dsp/features/voice_activity.hpp"
#include "stream/row_receiver.hpp"

namespace astream {

enum class SegmentKind { voice, silence };

struct SegmentOptions {
  SegmentKind kind = SegmentKind::voice;
  VadOptions vad;              ///< voice
  double threshold_db = -60;   ///< silence: dBFS that no sample reaches
  double min_silence_s = 0.5;  ///< silence: shortest
};

class SegmentReceiver : public Receiver {
 public:
  /// `next` must outlive it.
  SegmentReceiver(SegmentOptions options, RowReceiver& next);
  ~SegmentReceiver() override;
  SegmentReceiver(const SegmentReceiver&) = delete;
  SegmentReceiver& operator=(const SegmentReceiver&) = delete;

  void set_start(const SetStart& event) override { next_.set_start(event); }
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override { next_.set_end(event); }

 private:
  class Stream;

  SegmentOptions options_;
  RowReceiver& next_;
  const std::vector<std::string> columns_{"end"};
  std::map<int64_t, std::unique_ptr<Stream>> streams_;  ///< that are open
};

}  // namespace astream
