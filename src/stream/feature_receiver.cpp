#include "stream/feature_receiver.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/log.hpp"

namespace astream {

namespace {

/// What one row stands for, as a window plan: headers tell it.
WindowPlan plan_of_rows(const FramePlan& frames, const RowPlan& rows) {
  if (rows.mode == RowMode::frames) return {frames.frame_samples, frames.hop_samples, rows.tail};
  return {rows.window_samples, rows.hop_samples, rows.tail};
}

}  // namespace

/// One stream's extractor and its place on the time line.
class FeatureReceiver::Stream {
 public:
  /// Throws Error(usage) where the options don't fit the stream's format.
  Stream(FeatureReceiver& owner, const StreamStart& event);

  void begin();
  void take(const Window& window);
  /// Rows that the end of the samples leaves. They come before the error that ended the stream.
  void finish();
  std::vector<std::string> columns() const { return extractor_->columns(); }

 private:
  void pass_on(const FeatureRow& row);
  int64_t rows_per_record(RowMode mode) const;
  void warn(const std::string& text) const { log(LogLevel::warning, stream_.uri + ": " + text); }
  void tell_notes();

  FeatureReceiver& owner_;
  StreamStart stream_;
  RowMode mode_ = RowMode::frames;
  std::unique_ptr<FeatureExtractor> extractor_;
  size_t told_notes_ = 0;
  bool is_nonfinite_told_ = false;
  bool is_centred_ = false;
  bool is_begun_ = false;  ///< a window has come
  int64_t origin_ = 0;     ///< of the extractor's position 0 on the time line
  int64_t anchor_sample_ = 0;
  std::optional<int64_t> anchor_us_;  ///< wall clock at anchor_sample_
};

FeatureReceiver::Stream::Stream(FeatureReceiver& owner, const StreamStart& event) : owner_(owner), stream_(event) {
  const FeatureRunOptions& options = owner.options_;
  FeatureRequest request;
  request.format = event.format;
  request.features = options.features;
  request.options = options.options;
  request.channel_mode = options.channel_mode;
  request.rows = plan_rows(options.rows, options.features, options.options.mel.style, event.format.rate_hz);
  mode_ = request.rows.mode;
  extractor_ = std::make_unique<FeatureExtractor>(request, [this](const FeatureRow& row) { pass_on(row); });
  const FramePlan& frames = extractor_->frame_plan();
  stream_.plan = plan_of_rows(frames, request.rows);
  is_centred_ = mode_ == RowMode::frames && frames.alignment == FrameAlignment::centred;
}

void FeatureReceiver::Stream::begin() {
  owner_.next_.stream_start({stream_, owner_.columns_, mode_, extractor_->frame_plan().hop_samples,
                             extractor_->frames_per_row(), rows_per_record(mode_)});
  tell_notes();
}

/// Frames of a stored stream are gathered by the second, or as the user said; all other rows stand alone.
int64_t FeatureReceiver::Stream::rows_per_record(RowMode mode) const {
  if (mode != RowMode::frames) return 1;
  const int64_t hop_samples = stream_.plan.hop_samples;
  if (const auto& window = owner_.options_.rows.window) {
    return std::max<int64_t>(1, window->samples_at(stream_.format.rate_hz) / hop_samples);
  }
  const double rows_per_s = static_cast<double>(stream_.format.rate_hz) / static_cast<double>(hop_samples);
  return stream_.is_live ? 1 : std::max<int64_t>(1, std::llround(rows_per_s));
}

void FeatureReceiver::Stream::take(const Window& window) {
  if (!is_begun_) {
    origin_ = window.sample;
  } else if (const int64_t missing = window.sample - (origin_ + extractor_->position_samples()); missing > 0) {
    extractor_->gap(missing);
  }
  is_begun_ = true;
  anchor_sample_ = window.sample;
  anchor_us_ = window.wallclock_us;
  const auto values = static_cast<size_t>(window.valid_samples * window.format.channels);
  extractor_->push(window.samples.first(std::min(values, window.samples.size())));
  if (extractor_->nonfinite_samples() > 0 && !is_nonfinite_told_) {
    warn("a sample is not finite, at " + std::to_string(origin_ + extractor_->first_nonfinite_sample()) +
         ": rows that contain such samples are nan");
    is_nonfinite_told_ = true;
  }
}

void FeatureReceiver::Stream::pass_on(const FeatureRow& row) {
  Row out;
  out.stream = stream_.stream;
  out.index = row.index;
  out.sample = origin_ + row.start_sample;
  out.rate_hz = stream_.format.rate_hz;
  out.time_s = static_cast<double>(out.sample) / out.rate_hz;
  out.duration_samples = row.duration_samples;
  out.gap_samples = row.gap_samples;
  out.channel = row.channel;
  out.is_centred = is_centred_;
  if (anchor_us_) out.wallclock_us = *anchor_us_ + microseconds_of(out.sample - anchor_sample_, out.rate_hz);
  out.frames = row.frames;
  out.values = row.values;
  owner_.next_.row(out);
}

void FeatureReceiver::Stream::tell_notes() {
  const std::vector<std::string>& notes = extractor_->notes();
  for (; told_notes_ < notes.size(); ++told_notes_) {
    if (owner_.told_.insert(notes[told_notes_]).second) warn(notes[told_notes_]);
  }
}

void FeatureReceiver::Stream::finish() {
  if (!extractor_) return;
  extractor_->finish();
  tell_notes();
  if (const int64_t count = extractor_->nonfinite_samples(); count > 1)
    warn(std::to_string(count) + " samples in all were not finite");
  extractor_.reset();
}

FeatureReceiver::FeatureReceiver(FeatureRunOptions options, RowReceiver& next)
    : options_(std::move(options)), next_(next) {}
FeatureReceiver::~FeatureReceiver() = default;

void FeatureReceiver::stream_start(const StreamStart& event) {
  auto stream = std::make_unique<Stream>(*this, event);
  if (columns_.empty()) columns_ = stream->columns();
  if (columns_ != stream->columns()) {
    throw Error(ErrorKind::usage,
                "its columns would be others than those of the streams before it, at " +
                    std::to_string(event.format.rate_hz) + " Hz",
                {}, "give all inputs one rate with -r");
  }
  stream->begin();
  streams_[event.stream] = std::move(stream);
}

Flow FeatureReceiver::window(const Window& window) {
  streams_.at(window.stream)->take(window);
  next_.pause();
  return Flow::proceed;
}

void FeatureReceiver::stream_error(const StreamError& event) {
  if (const auto open = streams_.find(event.stream); open != streams_.end()) open->second->finish();
  next_.stream_error(event);
}

void FeatureReceiver::stream_end(const StreamEnd& event) {
  const auto open = streams_.find(event.stream);
  if (open == streams_.end()) return;  // what never began has its error only
  open->second->finish();
  streams_.erase(open);
  next_.stream_end(event);
}

}  // namespace astream
