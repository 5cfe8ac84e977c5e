// Watches the level of every stream of a run: a Receiver in front of a RowReceiver that gets a row when an alarm is
// raised and one when it is over.
//
// Columns: `alarm` (1 raised, 0 over) and `level_dbfs` (RMS of the loudest channel over the row's duration). A row
// stands where the stretch of silence (or noise) begins and lasts as long as it has lasted so far. Streams may take
// turns; window() and tick() come from one thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dsp/level_alarm.hpp"
#include "stream/row_receiver.hpp"

namespace astream {

class AlarmReceiver : public Receiver {
 public:
  /// `next` must outlive it. `ends_at_alarm`: window() and tick() ask for the end at the first alarm.
  AlarmReceiver(LevelAlarmOptions options, bool ends_at_alarm, RowReceiver& next);
  ~AlarmReceiver() override;

  void set_start(const SetStart& event) override { next_.set_start(event); }
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override { next_.set_end(event); }

  /// The clock goes on: a live stream of which nothing comes is silent.
  Flow tick(Clock::time_point now);
  /// Whether there was an alarm at all.
  bool was_raised() const { return was_raised_; }

 private:
  struct Watched;

  void write_changes(Watched& stream);
  void finish(int64_t stream_number);

  LevelAlarmOptions options_;
  bool ends_at_alarm_;
  RowReceiver& next_;
  const std::vector<std::string> columns_{"alarm", "level_dbfs"};
  bool was_raised_ = false;
  std::vector<AlarmChange> changes_;
  std::map<int64_t, std::unique_ptr<Watched>> streams_;
};

}  // namespace astream
