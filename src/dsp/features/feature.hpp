// What a feature is to the FeatureExtractor: four kinds, by what they look at. New features implement one of them.
//
// Each object belongs to one extractor and one channel (programme features: to all channels). Nothing allocates after
// construction. Input is always finite: the extractor has replaced NaN and infinities by zeros. Constructors throw
// Error(usage) for parameters that make no sense; nothing else throws.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dsp/features/feature_options.hpp"
#include "dsp/features/frame_plan.hpp"

namespace astream {

/// What features are made from.
struct FeatureContext {
  FramePlan frames;
  const FeatureOptions& options;
  int channels = 1;                ///< of the programme
  int64_t row_length_samples = 1;  ///< of the row window, or of a frame when rows are frames
  int64_t max_segments_per_row = 1;
  std::vector<std::string>* notes = nullptr;  ///< things the user should be told once

  int rate_hz() const { return frames.rate_hz; }
  int bins() const { return frames.fft_size / 2 + 1; }
  double bin_hz(int bin) const { return static_cast<double>(bin) * frames.rate_hz / frames.fft_size; }
  void note(std::string text) const {
    if (notes) notes->push_back(std::move(text));
  }
};

/// One analysis frame. Spectra are filled in when some selected feature needs them; fft_size / 2 + 1 bins, unscaled.
struct AnalysisFrame {
  std::span<const double> samples;  ///< frame_samples, before the window function
  std::span<const double> magnitude;
  std::span<const double> power;
  int padding_before_samples = 0;  ///< samples at the front that lie before the signal (centred frames)
  int padding_after_samples = 0;
};

struct SpectrumNeeds {
  bool magnitude = false;
  bool power = false;
};

/// Rows of one feature in a window: value i of frame t is values[t * stride + i].
struct PatchColumns {
  double* values;
  int64_t frames;
  int64_t stride;
  int columns;
};

/// A feature with one value per column and analysis frame.
class FrameFeature {
 public:
  virtual ~FrameFeature() = default;
  virtual SpectrumNeeds spectrum_needs() const { return {}; }
  virtual void compute(const AnalysisFrame& frame, std::span<double> out) = 0;
  /// The grid of frames begins anew (new window, gap): there is no frame before the next one.
  virtual void start_run() {}
  /// A window's first frames are computed again for the next window: remembers what state they began with.
  virtual void save_state() {}
  virtual void restore_state() {}
  /// A frame that reaches into the zeros behind the signal's end, where the model pads features and not samples: gives
  /// the value and returns true.
  virtual bool fill_padding(std::span<double>) { return false; }
  /// All frames of a window are there.
  virtual void finish_window(const PatchColumns&) {}
};

/// Segments of the stream that make up a row: slots first, first + 1, ... modulo capacity.
struct SegmentRange {
  int64_t first = 0;
  int64_t count = 0;
  int64_t capacity = 1;
  size_t slot(int64_t i) const { return static_cast<size_t>((first + i) % capacity); }
};

/// A feature that hears every sample in order and sums up segments; the stream is cut into segments at every point
/// where a row begins or ends. Values are per row.
class RunningFeature {
 public:
  virtual ~RunningFeature() = default;
  /// Mono samples, or interleaved ones for a programme feature.
  virtual void process(std::span<const double> samples) = 0;
  /// The segment ends here; its sums go to `slot` < max_segments_per_row.
  virtual void close_segment(size_t slot) = 0;
  virtual void row(const SegmentRange& segments, std::span<double> out) = 0;
  /// Samples were lost: what must not reach across the gap is dropped.
  virtual void gap() {}
};

/// A feature of a whole row window at once.
class WindowFeature {
 public:
  virtual ~WindowFeature() = default;
  virtual void compute(std::span<const double> window, std::span<double> out) = 0;
};

}  // namespace astream
