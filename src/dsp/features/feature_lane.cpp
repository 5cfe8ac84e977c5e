#include "dsp/features/feature_lane.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"

namespace astream {

namespace {

std::vector<FrameAnalyzer::Part> make_frame_parts(const FeatureLayout& layout) {
  std::vector<FrameAnalyzer::Part> parts;
  for (const FeatureLayout::Group& group : layout.groups)
    if (group.group->make_frame)
      parts.push_back({group.group->make_frame(layout.context), group.first_value, group.value_count});
  return parts;
}

/// What can lie between the oldest sample wanted and the newest one.
int64_t kept_samples(const FeatureRequest& request, const FeatureLayout& layout) {
  const FramePlan& plan = layout.context.frames;
  const int64_t frame = plan.frame_samples + std::max(plan.frame_samples, plan.hop_samples) + 1;
  if (request.rows.mode == RowMode::frames) return frame;
  const bool is_whole = layout.has_window_features || layout.rows.hop < layout.rows.length;
  return std::max(frame, is_whole || layout.rows.length < frame ? layout.rows.length : frame);
}

}  // namespace

FeatureLane::FeatureLane(const FeatureRequest& request, const FeatureLayout& layout, int64_t block_samples)
    : history(kept_samples(request, layout), block_samples),
      analyzer(layout.context.frames, make_frame_parts(layout)),
      request_(request),
      layout_(layout),
      samples_(static_cast<size_t>(block_samples)),
      marks_(static_cast<size_t>(block_samples)),
      bad_at_segment_(static_cast<size_t>(layout.context.max_segments_per_row)),
      kept_rows_(2 * DeltaWeights(request.options.delta_order).reach_frames() + 1) {
  for (const FeatureLayout::Group& group : layout.groups) {
    if (group.group->make_window)
      window_.push_back({group.group->make_window(layout.context), group.first_value, group.value_count});
    if (group.group->make_running && group.group->needs != FeatureNeeds::programme)
      running_.push_back({group.group->make_running(layout.context), group.first_value, group.value_count});
  }
  const int64_t orders = request.options.delta_order + 1;
  const bool is_frame_mode = request.rows.mode == RowMode::frames;
  const int64_t frames = is_frame_mode ? kept_rows_ : layout.frames_per_row;
  frames_.resize(static_cast<size_t>(frames * layout.frame_values));
  rows_.resize(static_cast<size_t>(kept_rows_ * layout.row_values));
  bad_rows_.resize(static_cast<size_t>(kept_rows_));
  const bool extends_all = request.rows.mode == RowMode::windows && orders > 1;
  extended_.resize(static_cast<size_t>((extends_all ? frames : 1) * orders * layout.frame_values));
  column_.resize(static_cast<size_t>(frames));
  const size_t rows = request.rows.mode == RowMode::patches ? static_cast<size_t>(frames) : 1;
  output_.resize(rows * layout.columns.size());
}

/// `heard`: the one channel that counts, or -1 for all.
void FeatureLane::mark_bad(std::span<const float> raw, std::ptrdiff_t heard) {
  const size_t channels = static_cast<size_t>(request_.format.channels);
  for (size_t i = 0; i * channels < raw.size(); ++i) {
    bool is_bad = false;
    for (size_t c = 0; c < channels; ++c)
      if (heard < 0 || c == static_cast<size_t>(heard)) is_bad |= !std::isfinite(raw[i * channels + c]);
    marks_[i] = is_bad;
    bad_count_ += is_bad;
  }
}

void FeatureLane::take(std::span<const float> raw, std::span<const double> clean, int lane) {
  const size_t channels = static_cast<size_t>(request_.format.channels);
  const size_t count = clean.size() / channels;
  const bool is_mean = request_.channel_mode == ChannelMode::mean;
  const size_t picked =
      static_cast<size_t>(request_.channel_mode == ChannelMode::pick ? request_.picked_channel : lane);
  if (channels == 1) {
    std::copy(clean.begin(), clean.end(), samples_.begin());
  } else if (is_mean) {
    for (size_t i = 0; i < count; ++i) {
      double sum = 0;
      for (size_t c = 0; c < channels; ++c) sum += clean[i * channels + c];
      samples_[i] = sum / static_cast<double>(channels);
    }
  } else {
    for (size_t i = 0; i < count; ++i) samples_[i] = clean[i * channels + picked];
  }
  std::fill_n(marks_.begin(), count, uint8_t{0});
  mark_bad(raw, is_mean || layout_.has_programme ? -1 : static_cast<std::ptrdiff_t>(picked));
  history.append(std::span(samples_).first(count), std::span(marks_).first(count));
  for (RunningPart& part : running_) part.feature->process(std::span(samples_).first(count));
}

void FeatureLane::close_segment(size_t slot) {
  for (RunningPart& part : running_) part.feature->close_segment(slot);
}

void FeatureLane::restart(size_t open_slot) {
  history.clear();
  begin_segment(open_slot);
  for (RunningPart& part : running_) part.feature->gap();
}

void FeatureLane::compute_running(const SegmentRange& range, std::span<const double> programme, std::span<double> out) {
  std::copy(programme.begin(), programme.end(), out.begin());
  for (RunningPart& part : running_)
    part.feature->row(range, out.subspan(static_cast<size_t>(part.first_value), static_cast<size_t>(part.value_count)));
}

void FeatureLane::compute_frame_row(int64_t row, int64_t start, int64_t end, const SegmentRange& range,
                                    std::span<const double> programme) {
  const int64_t slot = row % kept_rows_;
  if (!analyzer.is_empty()) analyzer.compute(history, start, 0, std::min(end, history.end()), frame_values(slot));
  if (layout_.row_values > 0) compute_running(range, programme, row_values(slot));
  bad_rows_[static_cast<size_t>(slot)] = history.has_bad(start, start + layout_.rows.length);
}

std::span<const double> FeatureLane::frame_row(const DeltaWeights& deltas, int64_t row, int64_t known, bool& is_bad) {
  const int64_t slot = row % kept_rows_;
  is_bad = bad_rows_[static_cast<size_t>(slot)] != 0;
  if (is_bad) {
    std::fill(output_.begin(), output_.end(), kNan);
    return output_;
  }
  std::span<const double> values = frame_values(slot);
  if (deltas.order() > 0) {
    deltas.apply([&](int64_t at) { return frame_values(at % kept_rows_); }, row, known, extended_);
    values = extended_;
  }
  for (size_t i = 0; i < output_.size(); ++i) {
    const FeatureLayout::Output& output = layout_.outputs[i];
    output_[i] = output.is_frame ? values[static_cast<size_t>(output.value)]
                                 : row_values(slot)[static_cast<size_t>(output.value)];
  }
  return output_;
}

void FeatureLane::compute_window_frame(int64_t frame, int64_t start, int64_t begin, int64_t end, bool is_padding) {
  if (is_padding) {
    analyzer.compute_padding(history, start, begin, end, frame_values(frame));
  } else {
    analyzer.compute(history, start, begin, end, frame_values(frame));
  }
}

void FeatureLane::finish_window(int64_t frames, int64_t start, const SegmentRange& range,
                                std::span<const double> programme) {
  if (layout_.frame_values > 0) analyzer.finish_window(frames_.data(), frames, layout_.frame_values);
  if (layout_.row_values == 0) return;
  compute_running(range, programme, row_values(0));
  for (WindowPart& part : window_)
    part.feature->compute(
        history.view(start, layout_.rows.length),
        row_values(0).subspan(static_cast<size_t>(part.first_value), static_cast<size_t>(part.value_count)));
}

std::span<const double> FeatureLane::window_row(const DeltaWeights& deltas, int64_t frames, const SegmentRange& range,
                                                bool& is_bad) {
  is_bad = bad_at_segment_[range.slot(range.count)] != bad_at_segment_[range.slot(0)];
  if (request_.rows.mode == RowMode::windows && !is_bad) return statistics(deltas, frames);
  if (!is_bad) return patch(deltas, frames);
  std::fill(output_.begin(), output_.end(), kNan);
  return request_.rows.mode == RowMode::windows
             ? std::span<const double>(output_)
             : std::span<const double>(output_).first(static_cast<size_t>(frames) * layout_.outputs.size());
}

std::span<const double> FeatureLane::statistics(const DeltaWeights& deltas, int64_t frames) {
  std::span<const double> values = frames_;
  int64_t stride = layout_.frame_values;
  if (deltas.order() > 0) {
    stride *= deltas.order() + 1;
    for (int64_t t = 0; t < frames; ++t)
      deltas.apply([&](int64_t at) { return frame_values(at); }, t, frames,
                   std::span(extended_).subspan(static_cast<size_t>(t * stride), static_cast<size_t>(stride)));
    values = extended_;
  }
  std::span<double> out = output_;
  for (const FeatureLayout::Output& output : layout_.outputs) {
    if (!output.is_frame) {
      out[0] = row_values(0)[static_cast<size_t>(output.value)];
      out = out.subspan(1);
      continue;
    }
    const std::span<double> column = std::span(column_).first(static_cast<size_t>(frames));
    for (int64_t t = 0; t < frames; ++t)
      column[static_cast<size_t>(t)] = values[static_cast<size_t>(t * stride + output.value)];
    compute_statistics(column, request_.rows.statistics, out);
    out = out.subspan(request_.rows.statistics.size());
  }
  return output_;
}

std::span<const double> FeatureLane::patch(const DeltaWeights& deltas, int64_t frames) {
  const size_t columns = layout_.outputs.size();
  for (int64_t t = 0; t < frames; ++t) {
    std::span<const double> values = frame_values(t);
    if (deltas.order() > 0) {
      deltas.apply([&](int64_t at) { return frame_values(at); }, t, frames, extended_);
      values = extended_;
    }
    for (size_t i = 0; i < columns; ++i)
      output_[static_cast<size_t>(t) * columns + i] = values[static_cast<size_t>(layout_.outputs[i].value)];
  }
  return std::span<const double>(output_).first(static_cast<size_t>(frames) * columns);
}

}  // namespace astream
