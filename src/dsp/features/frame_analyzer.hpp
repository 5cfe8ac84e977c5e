// Computes all selected frame features of one channel for one frame at a time, with one transform for all of them.
//
// Owns the features, the transform and its scratch space. Not thread-safe; allocates at construction only.
#pragma once

#include <memory>
#include <vector>

#include "dsp/features/feature.hpp"
#include "dsp/features/sample_history.hpp"
#include "dsp/fft.hpp"

namespace astream {

class FrameAnalyzer {
 public:
  struct Part {
    std::unique_ptr<FrameFeature> feature;
    int first_column;
    int column_count;
  };

  FrameAnalyzer(const FramePlan& plan, std::vector<Part> parts);

  /// The frame that begins at `start` in a signal that reaches from `begin` to `end`; the alignment's padding stands
  /// for what lies outside. `out` takes all columns of all parts.
  void compute(const SampleHistory& history, int64_t start, int64_t begin, int64_t end, std::span<double> out);

  /// The same for a frame that reaches behind the real samples of a padded window.
  void compute_padding(const SampleHistory& history, int64_t start, int64_t begin, int64_t end, std::span<double> out);

  void start_run();
  void save_state();
  void restore_state();
  /// `values`: `frames` rows of `stride` values, all columns of all parts.
  void finish_window(double* values, int64_t frames, int64_t stride);
  bool is_empty() const { return parts_.empty(); }

 private:
  void fill_padded(const SampleHistory& history, int64_t start, int64_t begin, int64_t end, AnalysisFrame& frame);
  void transform(AnalysisFrame& frame);

  FramePlan plan_;
  std::vector<Part> parts_;
  SpectrumNeeds needs_;
  std::vector<double> window_;
  RealFft fft_;
  std::vector<double> padded_;
  std::vector<double> magnitude_;
  std::vector<double> power_;
};

}  // namespace astream
