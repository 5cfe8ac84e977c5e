// Turns the windows of a run into rows of levels, one an interval and channel: a Receiver in front of a RowReceiver.
//
// The generator's windows must lie end to end with the tail cropped. Intervals lie on a grid that begins with the
// stream's first sample; a gap ends the row that is open, the next one begins behind it and ends on the grid. Behind
// the last row of a stream stand its total rows, one a channel, from the stream's start on, with is_total 1. Streams
// may take turns.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "dsp/level_meter.hpp"
#include "stream/row_receiver.hpp"

namespace astream {

struct LevelRunOptions {
  TimeSpec interval{1, {}};
  LevelMeterOptions meter;
};

class LevelReceiver : public Receiver {
 public:
  /// `next` must outlive it. Throws Error(usage) for options that make no sense.
  LevelReceiver(LevelRunOptions options, RowReceiver& next);
  ~LevelReceiver() override;

  void set_start(const SetStart& event) override { next_.set_start(event); }
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override { next_.set_end(event); }

 private:
  struct Metered;

  void push(Metered& stream, const Window& window);
  void write_rows(Metered& stream);
  void write_total(Metered& stream);
  void finish(int64_t stream_number);

  LevelRunOptions options_;
  RowReceiver& next_;
  const std::vector<std::string> columns_;
  std::vector<double> values_;  ///< of a row
  std::map<int64_t, std::unique_ptr<Metered>> streams_;
};

}  // namespace astream
