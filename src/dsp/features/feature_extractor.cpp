#include "dsp/features/feature_extractor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/features/delta.hpp"
#include "dsp/features/feature_lane.hpp"
#include "dsp/features/feature_layout.hpp"
#include "dsp/flush_denormals.hpp"

namespace astream {

namespace {

constexpr int64_t kBlockSamples = 2048;
constexpr int64_t kUnknownEnd = std::numeric_limits<int64_t>::max();

}  // namespace

/// Positions here count from where the grid began: the stream's start, or the end of the last gap.
struct FeatureExtractor::State {
  State(const FeatureRequest& request_in, FeatureSink sink_in)
      : request(request_in),
        sink(std::move(sink_in)),
        layout(request),
        deltas(request.options.delta_order),
        segments(layout.rows) {
    const bool is_each = request.channel_mode == ChannelMode::each;
    const int lane_count = is_each ? request.format.channels : 1;
    for (int lane = 0; lane < lane_count; ++lane) {
      lanes.push_back(std::make_unique<FeatureLane>(request, layout, kBlockSamples));
      layout.context.notes = nullptr;  // once is enough
    }
    for (const FeatureLayout::Group& group : layout.groups)
      if (group.group->needs == FeatureNeeds::programme)
        programme.push_back({group.group->make_running(layout.context), group.first_value, group.value_count});
    interleaved.resize(static_cast<size_t>(kBlockSamples * request.format.channels));
    programme_values.resize(static_cast<size_t>(layout.row_values));
    start_window();
  }

  FeatureRequest request;
  FeatureSink sink;
  FeatureLayout layout;
  DeltaWeights deltas;
  SegmentRing segments;
  std::vector<std::unique_ptr<FeatureLane>> lanes;
  std::vector<RunningPart> programme;
  std::vector<double> interleaved;
  std::vector<double> programme_values;

  int64_t origin = 0;      ///< stream position of local position 0
  int64_t position = 0;    ///< samples since origin
  int64_t next_row = 0;    ///< since origin
  int64_t next_frame = 0;  ///< in the window
  int64_t next_shown = 0;  ///< frame rows since origin that went to the sink
  bool is_state_saved = false;
  int64_t row_index = 0;
  int64_t pending_gap = 0;
  int64_t nonfinite_samples = 0;
  int64_t first_nonfinite = -1;
  bool is_finished = false;

  const FramePlan& plan() const { return layout.context.frames; }
  bool is_frame_mode() const { return request.rows.mode == RowMode::frames; }

  // --- samples in ---

  void push(std::span<const float> block) {
    if (is_finished) throw Error(ErrorKind::internal, "samples were given to a feature extractor that is finished");
    const FlushDenormals flush;
    const size_t channels = static_cast<size_t>(request.format.channels);
    if (block.size() % channels != 0)
      throw Error(ErrorKind::internal, "a block does not hold the same number of samples of every channel");
    while (!block.empty()) {
      int64_t count = std::min(kBlockSamples, static_cast<int64_t>(block.size() / channels));
      const int64_t boundary = layout.tracks_segments ? layout.rows.next_boundary(position) : kUnknownEnd;
      count = std::min(count, boundary - position);
      take(block.first(static_cast<size_t>(count) * channels), count);
      block = block.subspan(static_cast<size_t>(count) * channels);
      if (position == boundary) close_segment();
      advance();
    }
  }

  void take(std::span<const float> piece, int64_t count) {
    const size_t channels = static_cast<size_t>(request.format.channels);
    const std::span<double> clean = std::span(interleaved).first(piece.size());
    bool has_bad = false;  // found in a loop of its own, which compiles to vectors
    for (size_t i = 0; i < piece.size(); ++i) {
      clean[i] = static_cast<double>(piece[i]);
      has_bad |= !(std::abs(piece[i]) <= std::numeric_limits<float>::max());
    }
    for (size_t i = 0; has_bad && i < piece.size(); ++i)
      if (!std::isfinite(piece[i])) note_nonfinite(clean[i], position + static_cast<int64_t>(i / channels));
    const std::span<const float> raw = has_bad ? piece : std::span<const float>();
    for (size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane]->take(raw, clean, static_cast<int>(lane));
    for (RunningPart& part : programme) part.feature->process(clean);
    position += count;
  }

  void note_nonfinite(double& value, int64_t at) {
    value = 0;
    if (nonfinite_samples++ == 0) first_nonfinite = origin + at;
  }

  void close_segment() {
    for (const auto& lane : lanes) lane->close_segment(segments.open_slot());
    for (RunningPart& part : programme) part.feature->close_segment(segments.open_slot());
    segments.close(position);
    for (const auto& lane : lanes) lane->begin_segment(segments.open_slot());
  }

  // --- rows out ---

  void advance() {
    if (is_frame_mode()) {
      while (is_frame_ready()) compute_frame_row(kUnknownEnd);
    } else {
      compute_window_frames(layout.frames_per_row, window_start() + layout.rows.length, kUnknownEnd);
      while (position >= layout.rows.end(next_row)) {
        emit_window(layout.rows.length);
        compute_window_frames(layout.frames_per_row, window_start() + layout.rows.length, kUnknownEnd);
      }
    }
    for (const auto& lane : lanes) lane->history.discard_before(needed_from());
  }

  int64_t needed_from() const {
    if (is_frame_mode()) return layout.rows.start(next_row) - 1;  // 1: mirrored ends leave the edge sample out
    if (layout.has_window_features) return window_start();
    const int64_t next_window = layout.rows.start(next_row + 1);
    if (next_frame >= layout.frames_per_row || layout.frame_values == 0) return next_window;
    return std::min(next_window, std::max(window_start(), frame_start(next_frame) - 1));
  }

  bool is_frame_ready() const {
    const int64_t start = layout.rows.start(next_row);
    if (position < start + plan().frame_samples) return false;
    if (plan().padding != FramePadding::zeros && position <= -start) return false;
    return !plan().drops_last || position >= (next_row + 1) * plan().hop_samples;
  }

  void compute_frame_row(int64_t end) {
    const int64_t start = layout.rows.start(next_row);
    const SegmentRange range = layout.tracks_segments
                                   ? segments.between(std::max<int64_t>(start, 0), start + layout.rows.length)
                                   : SegmentRange{};
    compute_programme(range);
    for (const auto& lane : lanes) lane->compute_frame_row(next_row, start, end, range, programme_values);
    ++next_row;
    if (next_row - next_shown > deltas.reach_frames()) show_frame_row(end);
  }

  void show_frame_row(int64_t end) {
    const int64_t start = layout.rows.start(next_shown);
    FeatureRow row;
    row.start_sample =
        origin + (plan().alignment == FrameAlignment::from_start ? start : next_shown * plan().hop_samples);
    row.duration_samples = std::min(start + layout.rows.length, end) - std::max<int64_t>(start, 0);
    for (size_t lane = 0; lane < lanes.size(); ++lane) {
      row.channel = channel_of(lane);
      row.values = lanes[lane]->frame_row(deltas, next_shown, next_row, row.has_nonfinite);
      send(row);
    }
    ++next_shown;
    row_sent();
  }

  int64_t window_start() const { return layout.rows.start(next_row); }
  int64_t frame_start(int64_t frame) const {
    return window_start() + plan().first_start_samples() + frame * plan().hop_samples;
  }

  /// All frames of the window that there are samples for; `count` frames in a signal that ends at `end`, with real
  /// samples up to `valid_end`.
  void compute_window_frames(int64_t count, int64_t end, int64_t valid_end) {
    if (layout.frame_values == 0) {
      next_frame = count;
      return;
    }
    const int64_t begin = window_start();
    for (; next_frame < count; ++next_frame) {
      const int64_t start = frame_start(next_frame);
      const int64_t needed = std::max(start + plan().frame_samples, begin + (begin - start) + 1);
      if (lanes.front()->history.end() < std::min(end, needed)) return;
      if (!is_state_saved && layout.rows.hop < layout.rows.length && start >= layout.rows.start(next_row + 1)) {
        for (const auto& lane : lanes) lane->analyzer.save_state();
        is_state_saved = true;
      }
      for (const auto& lane : lanes)
        lane->compute_window_frame(next_frame, start, begin, end, start + plan().frame_samples > valid_end);
    }
  }

  void emit_window(int64_t valid) {
    const SegmentRange range = segments.between(window_start(), window_start() + valid);
    compute_programme(range);
    FeatureRow row;
    row.start_sample = origin + window_start();
    row.duration_samples = valid;
    row.frames = request.rows.mode == RowMode::patches ? next_frame : 1;
    for (size_t lane = 0; lane < lanes.size(); ++lane) {
      row.channel = channel_of(lane);
      lanes[lane]->finish_window(next_frame, window_start(), range, programme_values);
      row.values = lanes[lane]->window_row(deltas, next_frame, range, row.has_nonfinite);
      send(row);
    }
    row_sent();
    ++next_row;
    start_window();
  }

  void start_window() {
    next_frame = 0;
    for (const auto& lane : lanes) {
      lane->analyzer.start_run();
      if (is_state_saved) lane->analyzer.restore_state();
    }
    is_state_saved = false;
  }

  void compute_programme(const SegmentRange& range) {
    for (RunningPart& part : programme)
      part.feature->row(range,
                        std::span(programme_values)
                            .subspan(static_cast<size_t>(part.first_value), static_cast<size_t>(part.value_count)));
  }

  int channel_of(size_t lane) const {
    return request.channel_mode == ChannelMode::pick ? request.picked_channel : static_cast<int>(lane);
  }

  void send(FeatureRow& row) {
    row.index = row_index;
    row.gap_samples = pending_gap;
    sink(row);
  }
  void row_sent() {
    ++row_index;
    pending_gap = 0;
  }

  // --- ends ---

  /// Rows that the end of the samples leaves, by the tail rule.
  void flush() {
    const FlushDenormals flush_denormals;
    if (layout.tracks_segments && position > segments.open_start()) close_segment();
    if (is_frame_mode()) {
      const int64_t count = frame_count(position, plan(), request.rows.tail != Tail::drop);
      while (next_row < count) compute_frame_row(position);
      while (next_shown < next_row) show_frame_row(position);
      if (count == 0 && position > 0 && plan().padding == FramePadding::reflect)
        layout.notes.push_back("the signal of " + std::to_string(position) +
                               " samples is too short to be reflected at its ends: no rows");
      return;
    }
    const WindowPlan windows{layout.rows.length, layout.rows.hop, request.rows.tail};
    if (next_row >= window_count(position, windows)) return;
    const int64_t valid = std::min(layout.rows.length, position - window_start());
    for (const auto& lane : lanes) lane->history.append_zeros(layout.rows.length - valid);
    const bool is_cropped = request.rows.tail == Tail::crop;
    const int64_t count = is_cropped ? layout.frames_in_window(valid) : layout.frames_per_row;
    compute_window_frames(count, window_start() + (is_cropped ? valid : layout.rows.length), window_start() + valid);
    emit_window(valid);
  }

  void finish() {
    flush();
    is_finished = true;
    if (row_index > 0 || origin + position == 0 || !layout.notes.empty()) return;
    const bool is_frame = is_frame_mode();
    layout.notes.push_back(std::string("no rows: the signal is shorter than ") +
                           (is_frame ? "an analysis frame" : "a row window") + "; " +
                           (is_frame ? "--frame" : "--window") + " takes a shorter one, --tail pad fills it up");
  }

  void gap(int64_t count) {
    flush();
    origin += position + count;
    pending_gap += count;
    position = next_row = next_shown = 0;
    is_state_saved = false;
    segments.restart();
    for (const auto& lane : lanes) lane->restart(segments.open_slot());
    for (RunningPart& part : programme) part.feature->gap();
    start_window();
  }
};

FeatureExtractor::FeatureExtractor(const FeatureRequest& request, FeatureSink sink)
    : self_(std::make_unique<State>(request, std::move(sink))) {}
FeatureExtractor::~FeatureExtractor() = default;
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;

const std::vector<std::string>& FeatureExtractor::columns() const {
  return self_->layout.columns;
}
const FramePlan& FeatureExtractor::frame_plan() const {
  return self_->plan();
}
int64_t FeatureExtractor::frames_per_row() const {
  return self_->request.rows.mode == RowMode::patches ? self_->layout.frames_per_row : 1;
}
const std::vector<std::string>& FeatureExtractor::notes() const {
  return self_->layout.notes;
}

void FeatureExtractor::push(std::span<const float> block) {
  self_->push(block);
}
void FeatureExtractor::gap(int64_t count) {
  self_->gap(count);
}
void FeatureExtractor::finish() {
  if (!self_->is_finished) self_->finish();
}
void FeatureExtractor::reset() {
  self_ = std::make_unique<State>(self_->request, self_->sink);
}

int64_t FeatureExtractor::position_samples() const {
  return self_->origin + self_->position;
}
int64_t FeatureExtractor::nonfinite_samples() const {
  return self_->nonfinite_samples;
}
int64_t FeatureExtractor::first_nonfinite_sample() const {
  return self_->first_nonfinite;
}

RowMode default_row_mode(std::span<const SelectedGroup> features, bool has_statistics) {
  return has_statistics || !has_frame_features(features) ? RowMode::windows : RowMode::frames;
}

}  // namespace astream
