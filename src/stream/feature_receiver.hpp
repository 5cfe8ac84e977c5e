// Turns the windows of a run into rows of features: a Receiver for the Generator in front of a RowReceiver.
//
// The generator's windows must lie end to end (hop = window) with the tail cropped; kFeatureBlock_s is a good length.
// Filters and the frame grid go on across windows; each stream has its own. Gaps end what is begun by the tail
// rule; the rows behind them stand where the time line has them.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "stream/plan_rows.hpp"
#include "stream/row_receiver.hpp"

namespace astream {

/// Short enough for live rows, long enough to cost nothing.
inline constexpr double kFeatureBlock_s = 0.02;

struct FeatureRunOptions {
  std::vector<SelectedGroup> features;
  FeatureOptions options;
  RowChoice rows;
  ChannelMode channel_mode = ChannelMode::mean;
};

class FeatureReceiver : public Receiver {
 public:
  /// `next` must outlive it.
  FeatureReceiver(FeatureRunOptions options, RowReceiver& next);
  ~FeatureReceiver() override;
  FeatureReceiver(const FeatureReceiver&) = delete;
  FeatureReceiver& operator=(const FeatureReceiver&) = delete;

  void set_start(const SetStart& event) override { next_.set_start(event); }
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override { next_.set_end(event); }

 private:
  class Stream;

  FeatureRunOptions options_;
  RowReceiver& next_;
  std::map<int64_t, std::unique_ptr<Stream>> streams_;  ///< that are open, but for those that were refused
  std::vector<std::string> columns_;                    ///< of the run, once there was a stream
  std::set<std::string> told_;                          ///< notes: each once, however many streams it holds for
};

}  // namespace astream
