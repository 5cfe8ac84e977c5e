// One channel (or mix) of a feature extractor: its samples, its feature objects and the values of rows being made.
//
// Part of FeatureExtractor, which drives all lanes in step and checks the request. Allocates at construction only.
#pragma once

#include "dsp/features/delta.hpp"
#include "dsp/features/feature_layout.hpp"
#include "dsp/features/frame_analyzer.hpp"
#include "dsp/features/sample_history.hpp"

namespace astream {

struct RunningPart {
  std::unique_ptr<RunningFeature> feature;
  int first_value;
  int value_count;
};
struct WindowPart {
  std::unique_ptr<WindowFeature> feature;
  int first_value;
  int value_count;
};

class FeatureLane {
 public:
  FeatureLane(const FeatureRequest& request, const FeatureLayout& layout, int64_t block_samples);

  SampleHistory history;
  FrameAnalyzer analyzer;

  /// A piece of input as it came (empty: all of it is finite) and with non-finite values replaced, both interleaved;
  /// `lane` is the channel in mode each.
  void take(std::span<const float> raw, std::span<const double> clean, int lane);
  void close_segment(size_t slot);
  void begin_segment(size_t slot) { bad_at_segment_[slot] = bad_count_; }
  void restart(size_t open_slot);

  /// Frame mode: values of frame row `row`, kept until frame_row() shows them.
  void compute_frame_row(int64_t row, int64_t start, int64_t end, const SegmentRange& range,
                         std::span<const double> programme);
  /// Output values of frame row `row` when `known` rows are computed. Borrowed until the next call.
  std::span<const double> frame_row(const DeltaWeights& deltas, int64_t row, int64_t known, bool& is_bad);

  void compute_window_frame(int64_t frame, int64_t start, int64_t begin, int64_t end, bool is_padding);
  void finish_window(int64_t frames, int64_t start, const SegmentRange& range, std::span<const double> programme);
  /// Output values of the window. Borrowed until the next call.
  std::span<const double> window_row(const DeltaWeights& deltas, int64_t frames, const SegmentRange& range,
                                     bool& is_bad);

 private:
  void mark_bad(std::span<const float> raw, std::ptrdiff_t heard);
  std::span<double> frame_values(int64_t row) {
    return std::span(frames_).subspan(static_cast<size_t>(row * layout_.frame_values),
                                      static_cast<size_t>(layout_.frame_values));
  }
  std::span<double> row_values(int64_t row) {
    return std::span(rows_).subspan(static_cast<size_t>(row * layout_.row_values),
                                    static_cast<size_t>(layout_.row_values));
  }
  void compute_running(const SegmentRange& range, std::span<const double> programme, std::span<double> out);
  std::span<const double> statistics(const DeltaWeights& deltas, int64_t frames);
  std::span<const double> patch(const DeltaWeights& deltas, int64_t frames);

  const FeatureRequest& request_;
  const FeatureLayout& layout_;
  std::vector<RunningPart> running_;
  std::vector<WindowPart> window_;
  std::vector<double> samples_;
  std::vector<uint8_t> marks_;
  int64_t bad_count_ = 0;
  std::vector<int64_t> bad_at_segment_;
  int64_t kept_rows_;           ///< frame mode: rows kept for the derivatives of their neighbours
  std::vector<double> frames_;  ///< frame values, kept_rows_ or all frames of a window
  std::vector<double> rows_;    ///< row values, of kept_rows_ or of the window
  std::vector<uint8_t> bad_rows_;
  std::vector<double> extended_;  ///< frame values with derivatives
  std::vector<double> column_;
  std::vector<double> output_;
};

}  // namespace astream
