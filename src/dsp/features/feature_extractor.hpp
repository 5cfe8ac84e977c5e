// From a stream of samples to rows of features: the one entry to all feature code.
//
// Feed float32 blocks of any size; rows come out through the sink as soon as they are complete, in order, the same bits
// whatever the block sizes. One extractor serves one stream; use it from one thread at a time. Filters and other
// running state go on across rows. NaN and infinities in the input are heard as 0, and every row that contains one is
// all NaN. Throws Error(usage) at construction for features and options that do not go together; the sink's exceptions
// pass through. After construction nothing is allocated per frame or row.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/audio.hpp"
#include "dsp/features/feature_table.hpp"
#include "dsp/features/statistics.hpp"
#include "dsp/window_plan.hpp"

namespace astream {

enum class RowMode {
  frames,   ///< one row per analysis frame
  windows,  ///< one row per row window: statistics of the frames in it, and values of running features
  patches   ///< one row per row window: all its frames, as a model's own front end makes them of the window alone
};

struct RowPlan {
  RowMode mode = RowMode::frames;
  int64_t window_samples = 0;  ///< windows and patches
  int64_t hop_samples = 0;
  Tail tail = Tail::drop;
  std::vector<Statistic> statistics;
};

/// What becomes of several channels; loudness always hears them all.
enum class ChannelMode { mean, each, pick };

struct FeatureRequest {
  AudioFormat format;
  std::vector<SelectedGroup> features;
  FeatureOptions options;
  RowPlan rows;
  ChannelMode channel_mode = ChannelMode::mean;
  int picked_channel = 0;  ///< 0-based
};

/// Borrowed for the call only.
struct FeatureRow {
  int64_t index = 0;             ///< counts windows or frames, also across gaps
  int64_t start_sample = 0;      ///< of the window or frame; the centre of a centred frame
  int64_t duration_samples = 0;  ///< real samples in the window or frame
  int64_t gap_samples = 0;       ///< lost before this row and after the one before
  int channel = 0;
  bool has_nonfinite = false;
  int64_t frames = 1;              ///< more than 1 in patches only
  std::span<const double> values;  ///< frames * columns
};
using FeatureSink = std::function<void(const FeatureRow&)>;

class FeatureExtractor {
 public:
  FeatureExtractor(const FeatureRequest& request, FeatureSink sink);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  const std::vector<std::string>& columns() const;
  const FramePlan& frame_plan() const;
  /// Rows in every patch but a cropped last one; 1 otherwise.
  int64_t frames_per_row() const;
  /// What the user should be told: empty mel filters, bands above half the rate, windows shorter than a frame.
  const std::vector<std::string>& notes() const;

  /// Interleaved samples of all channels.
  void push(std::span<const float> block);
  /// `count` samples were lost here: what is begun ends by the tail rule, the next row begins after the gap.
  void gap(int64_t count);
  /// The stream ends: rows by the tail rule. Only reset() may follow.
  void finish();
  /// Ready for a new stream of the same format.
  void reset();

  int64_t position_samples() const;
  /// Samples that were not finite, and where the first stood (-1: none).
  int64_t nonfinite_samples() const;
  int64_t first_nonfinite_sample() const;

 private:
  struct State;
  std::unique_ptr<State> self_;
};

/// One row per window when nothing is asked for that has a value per frame; one per frame otherwise.
RowMode default_row_mode(std::span<const SelectedGroup> features, bool has_statistics);

}  // namespace astream
