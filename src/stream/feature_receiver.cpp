#include "stream/feature_receiver.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/log.hpp"

namespace astream {

namespace {

constexpr double kMicrosecondsPerSecond = 1e6;

/// What one row stands for, as a window plan: headers tell it.
WindowPlan plan_of_rows(const FramePlan& frames, const RowPlan& rows) {
  if (rows.mode == RowMode::frames) return {frames.frame_samples, frames.hop_samples, rows.tail};
  return {rows.window_samples, rows.hop_samples, rows.tail};
}

}  // namespace

void FeatureReceiver::stream_start(const StreamStart& event) {
  stream_ = event;
  is_passed_on_ = false;
  is_begun_ = false;
  is_nonfinite_told_ = false;
  anchor_us_.reset();
  told_notes_ = 0;
  FeatureRequest request;
  request.format = event.format;
  request.features = options_.features;
  request.options = options_.options;
  request.channel_mode = options_.channel_mode;
  request.rows = plan_rows(options_.rows, options_.features, options_.options.mel.style, event.format.rate_hz);
  extractor_ = std::make_unique<FeatureExtractor>(request, [this](const FeatureRow& row) { pass_on(row); });
  if (columns_.empty()) columns_ = extractor_->columns();
  if (columns_ != extractor_->columns()) {
    extractor_.reset();
    throw Error(ErrorKind::usage,
                "its columns would be others than those of the streams before it, at " +
                    std::to_string(event.format.rate_hz) + " Hz",
                {}, "give all inputs one rate with -r");
  }
  const FramePlan& frames = extractor_->frame_plan();
  stream_.plan = plan_of_rows(frames, request.rows);
  is_centred_ = request.rows.mode == RowMode::frames && frames.alignment == FrameAlignment::centred;
  next_.stream_start({stream_, columns_, request.rows.mode, frames.hop_samples, extractor_->frames_per_row(),
                      rows_per_record(request.rows.mode)});
  is_passed_on_ = true;
  tell_notes();
}

/// Frames of a stored stream are gathered by the second, or as the user said; all other rows stand alone.
int64_t FeatureReceiver::rows_per_record(RowMode mode) const {
  if (mode != RowMode::frames) return 1;
  const int64_t hop_samples = stream_.plan.hop_samples;
  if (options_.rows.window) {
    return std::max<int64_t>(1, options_.rows.window->samples_at(stream_.format.rate_hz) / hop_samples);
  }
  const double rows_per_s = static_cast<double>(stream_.format.rate_hz) / static_cast<double>(hop_samples);
  return stream_.is_live ? 1 : std::max<int64_t>(1, std::llround(rows_per_s));
}

Flow FeatureReceiver::window(const Window& window) {
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
  next_.pause();
  return Flow::proceed;
}

void FeatureReceiver::pass_on(const FeatureRow& row) {
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
  if (anchor_us_) {
    const double distance_s = static_cast<double>(out.sample - anchor_sample_) / out.rate_hz;
    out.wallclock_us = *anchor_us_ + std::llround(distance_s * kMicrosecondsPerSecond);
  }
  out.frames = row.frames;
  out.values = row.values;
  next_.row(out);
}

void FeatureReceiver::warn(const std::string& text) {
  log(LogLevel::warning, stream_.uri + ": " + text);
}

/// Each note once, however many streams it holds for.
void FeatureReceiver::tell_notes() {
  const std::vector<std::string>& notes = extractor_->notes();
  for (; told_notes_ < notes.size(); ++told_notes_)
    if (told_.insert(notes[told_notes_]).second) warn(notes[told_notes_]);
}

/// Rows that the end of the samples leaves. They come before the error that ended the stream.
void FeatureReceiver::finish() {
  if (!extractor_) return;
  extractor_->finish();
  tell_notes();
  if (const int64_t count = extractor_->nonfinite_samples(); count > 1)
    warn(std::to_string(count) + " samples in all were not finite");
  extractor_.reset();
}

void FeatureReceiver::stream_error(const StreamError& event) {
  if (event.stream == stream_.stream) finish();
  next_.stream_error(event);
}

void FeatureReceiver::stream_end(const StreamEnd& event) {
  finish();
  if (is_passed_on_) next_.stream_end(event);  // what never began has its error only
}

}  // namespace astream
