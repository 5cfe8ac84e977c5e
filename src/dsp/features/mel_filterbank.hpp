// A bank of triangular mel filters, stored sparsely (only the bins that a triangle covers).
//
// Two families: triangles straight in Hz (librosa, torchaudio, Whisper) and straight in mel (Kaldi, TensorFlow).
// Immutable after construction, so one bank may serve several threads. Throws Error(usage) for impossible bounds.
#pragma once

#include <span>
#include <vector>

#include "dsp/features/mel_scale.hpp"

namespace astream {

struct MelFilterbankSpec {
  double rate_hz = 0;
  int fft_size = 0;
  int mel_count = 0;
  double low_hz = 0;
  double high_hz = 0;
  MelScale scale = MelScale::slaney;
  bool is_straight_in_mel = false;    ///< else the triangles are straight in Hz
  bool is_area_normalised = false;    ///< slaney norm: times 2 / (right - left) in Hz
  bool has_dc = true;                 ///< false: bin 0 counts nothing (TensorFlow)
  bool has_nyquist = true;            ///< false: the last bin counts nothing (Kaldi)
  bool has_whole_hz_nyquist = false;  ///< bins are spread over 0..floor(rate / 2) (torchaudio)
};

class MelFilterbank {
 public:
  explicit MelFilterbank(const MelFilterbankSpec& spec);

  int mel_count() const { return static_cast<int>(filters_.size()); }
  /// mel[m] = sum over the bins of weight * spectrum[bin]; spectrum has fft_size / 2 + 1 values.
  void apply(std::span<const double> spectrum, std::span<double> mel) const;
  double weight(int mel, int bin) const;
  /// Filters that cover no bin: their output is always 0.
  std::vector<int> empty_filters() const;

 private:
  struct Filter {
    int first_bin = 0;
    int first_weight = 0;
    int bin_count = 0;
  };
  std::vector<Filter> filters_;
  std::vector<double> weights_;
};

}  // namespace astream
