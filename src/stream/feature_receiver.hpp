// Turns the windows of a run into rows of features: a Receiver for the Generator in front of a RowReceiver.
//
// The generator's windows must lie end to end (hop = window) with the tail cropped; kFeatureBlock_s is a good length.
// Filters and the frame grid go on across windows and begin again with each stream. Gaps end what is begun by the tail
// rule; the rows behind them stand where the time line has them.
#pragma once

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
  FeatureReceiver(FeatureRunOptions options, RowReceiver& next) : options_(std::move(options)), next_(next) {}

  void set_start(const SetStart& event) override { next_.set_start(event); }
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override { next_.stream_info(event); }
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override { next_.set_end(event); }

 private:
  void pass_on(const FeatureRow& row);
  int64_t rows_per_record(RowMode mode) const;
  void finish();
  void warn(const std::string& text);
  void tell_notes();

  FeatureRunOptions options_;
  RowReceiver& next_;
  StreamStart stream_;
  std::unique_ptr<FeatureExtractor> extractor_;
  std::vector<std::string> columns_;  ///< of the run, once there was a stream
  std::set<std::string> told_;
  size_t told_notes_ = 0;
  bool is_nonfinite_told_ = false;
  bool is_centred_ = false;
  bool is_passed_on_ = false;  ///< the stream was begun by next_, not refused
  bool is_begun_ = false;      ///< a window of this stream has come
  int64_t origin_ = 0;         ///< of the extractor's position 0 on the time line
  int64_t anchor_sample_ = 0;
  std::optional<int64_t> anchor_us_;  ///< wall clock at anchor_sample_
};

}  // namespace astream
