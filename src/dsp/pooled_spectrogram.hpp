// A spectrogram in bounded memory, whatever the length: columns are pooled by the mean of their powers, and bins that
// share a row of the picture by their maximum (so that a tone keeps its level).
//
// Powers are relative to a sine of full scale (power 1 = 0 dBFS at the bin of the sine), the mean over the channels.
// Frames have a Hann window and lie within the sound: the columns at its ends take the first and the last frame, so
// that no edge makes a click that is not there. Sound shorter than a frame is one frame with a window of its length.
// Not thread-safe. Throws Error(usage) for impossible options.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/audio.hpp"
#include "dsp/fft.hpp"
#include "dsp/frequency_axis.hpp"
#include "dsp/pooled_timeline.hpp"

namespace astream {

/// The mean spectrum of a column, one power a band; empty: no frame was here.
struct SpectrumCell {
  std::vector<float> powers;
  double frames = 0;

  void merge(const SpectrumCell& later);
  bool is_empty() const { return frames == 0; }
};

/// Bins [first_bin, end_bin) of one row, or one bin alone where rows are finer than bins.
struct FrequencyBand {
  double hz = 0;  ///< where it stands on the axis
  int first_bin = 0, end_bin = 0;
};

/// The bands that an axis of `rows` rows needs, from low to high, with one more at either end where there are bins.
std::vector<FrequencyBand> make_frequency_bands(const FrequencyAxis& axis, int rows, int fft_samples, int rate_hz);

class PooledSpectrogram {
 public:
  /// At most `columns` columns, the first ones of `column_samples` each.
  PooledSpectrogram(AudioFormat format, int fft_samples, std::vector<FrequencyBand> bands, size_t columns,
                    int64_t column_samples);

  /// The samples of all channels (one span each, equally long) from `first_sample` on, which is where the last call
  /// ended unless end_segment() came between.
  void process(int64_t first_sample, std::span<const std::vector<double>> channels);
  /// What follows stands elsewhere on the time line, or it is the end.
  void end_segment();

  const PooledTimeline<SpectrumCell>& columns() const { return columns_; }
  const std::vector<FrequencyBand>& bands() const { return bands_; }
  int fft_samples() const { return fft_.size(); }

 private:
  int64_t hop_samples() const;
  /// Puts the powers of [first, first + length) into powers_.
  void analyze(int64_t first, std::span<const double> window);
  /// Adds powers_ to the columns of the samples from..last.
  void deposit(int64_t from, int64_t last);
  void trim();

  RealFft fft_;
  std::vector<double> window_;
  std::vector<FrequencyBand> bands_;
  PooledTimeline<SpectrumCell> columns_;
  std::vector<std::vector<double>> held_;  ///< a channel each, from held_first_ on
  int64_t held_first_ = 0;
  int64_t segment_first_ = 0, segment_end_ = 0;
  int64_t next_frame_ = 0;
  int64_t last_frame_ = -1;  ///< where it began; -1: no frame in this segment yet
  bool is_in_segment_ = false;
  std::vector<double> bins_;
  std::vector<float> powers_;
};

}  // namespace astream
