#include "dsp/features/frame_analyzer.hpp"

#include <algorithm>
#include <cmath>

namespace astream {

namespace {

/// Index inside [0, count) that stands for `i` outside; reflect leaves the edge sample out, mirror repeats it.
int64_t folded(int64_t i, int64_t count, FramePadding padding) {
  if (count == 1) return 0;
  const int64_t edge = padding == FramePadding::reflect ? 0 : 1;
  while (i < 0 || i >= count) i = i < 0 ? -i - edge : 2 * (count - 1) - i + edge;
  return i;
}

}  // namespace

FrameAnalyzer::FrameAnalyzer(const FramePlan& plan, std::vector<Part> parts)
    : plan_(plan),
      parts_(std::move(parts)),
      window_(make_window(plan.window, plan.window_samples)),
      fft_(plan.fft_size),
      padded_(static_cast<size_t>(plan.frame_samples)),
      magnitude_(static_cast<size_t>(fft_.bins())),
      power_(static_cast<size_t>(fft_.bins())) {
  for (const Part& part : parts_) {
    const SpectrumNeeds needs = part.feature->spectrum_needs();
    needs_.magnitude |= needs.magnitude;
    needs_.power |= needs.power;
  }
}

void FrameAnalyzer::fill_padded(const SampleHistory& history, int64_t start, int64_t begin, int64_t end,
                                AnalysisFrame& frame) {
  const int64_t count = plan_.frame_samples;
  const bool is_folded = plan_.alignment != FrameAlignment::from_start && plan_.padding != FramePadding::zeros;
  const int64_t from = std::clamp<int64_t>(begin - start, 0, count);
  const int64_t to = std::clamp<int64_t>(end - start, from, count);
  std::fill(padded_.begin(), padded_.end(), 0.0);
  if (to > from) {
    const std::span<const double> inside = history.view(start + from, to - from);
    std::copy(inside.begin(), inside.end(), padded_.begin() + from);
  }
  if (is_folded) {
    for (int64_t i = 0; i < count; ++i) {
      if (i >= from && i < to) continue;
      const int64_t at = begin + folded(start + i - begin, end - begin, plan_.padding);
      padded_[static_cast<size_t>(i)] = history.view(at, 1)[0];
    }
  }
  frame.samples = padded_;
  if (plan_.alignment != FrameAlignment::from_start) {
    frame.padding_before_samples = static_cast<int>(from);
    frame.padding_after_samples = static_cast<int>(count - to);
  }
}

void FrameAnalyzer::transform(AnalysisFrame& frame) {
  if (!needs_.magnitude && !needs_.power) return;
  const size_t offset = static_cast<size_t>(plan_.window_offset_samples);
  double* const x = fft_.samples().data() + offset;  // what lies around stays zero
  const double* const samples = frame.samples.data() + offset;
  for (size_t i = 0; i < window_.size(); ++i) x[i] = samples[i] * window_[i];
  fft_.forward();
  const auto bins = fft_.spectrum();
  for (size_t k = 0; k < power_.size(); ++k)
    power_[k] = bins[k].real() * bins[k].real() + bins[k].imag() * bins[k].imag();
  if (needs_.magnitude)
    for (size_t k = 0; k < power_.size(); ++k) magnitude_[k] = std::sqrt(power_[k]);
  frame.power = power_;
  frame.magnitude = magnitude_;
}

void FrameAnalyzer::compute(const SampleHistory& history, int64_t start, int64_t begin, int64_t end,
                            std::span<double> out) {
  AnalysisFrame frame;
  if (start >= begin && start + plan_.frame_samples <= end) {
    frame.samples = history.view(start, plan_.frame_samples);
  } else {
    fill_padded(history, start, begin, end, frame);
  }
  transform(frame);
  for (Part& part : parts_)
    part.feature->compute(frame,
                          out.subspan(static_cast<size_t>(part.first_column), static_cast<size_t>(part.column_count)));
}

void FrameAnalyzer::compute_padding(const SampleHistory& history, int64_t start, int64_t begin, int64_t end,
                                    std::span<double> out) {
  compute(history, start, begin, end, out);
  for (Part& part : parts_)
    part.feature->fill_padding(
        out.subspan(static_cast<size_t>(part.first_column), static_cast<size_t>(part.column_count)));
}

void FrameAnalyzer::start_run() {
  for (Part& part : parts_) part.feature->start_run();
}
void FrameAnalyzer::save_state() {
  for (Part& part : parts_) part.feature->save_state();
}
void FrameAnalyzer::restore_state() {
  for (Part& part : parts_) part.feature->restore_state();
}
void FrameAnalyzer::finish_window(double* values, int64_t frames, int64_t stride) {
  for (Part& part : parts_)
    part.feature->finish_window({values + part.first_column, frames, stride, part.column_count});
}

}  // namespace astream
