// Kaldi's filterbank chain for one frame: remove DC, raw log energy, pre-emphasis, window, transform, mel bank, log.
//
// Follows kaldi feat/feature-window.cc and feature-fbank.cc without dither. Owns its transform and scratch space.
#pragma once

#include "dsp/features/feature.hpp"
#include "dsp/features/mel_filterbank.hpp"
#include "dsp/features/mel_style.hpp"
#include "dsp/fft.hpp"

namespace astream {

class KaldiFbank {
 public:
  KaldiFbank(const FeatureContext& context, const MelStyleInfo& style, int mel_count, const std::string& name);

  /// Mel energies of `samples` (frame_samples of the plan), before the logarithm.
  void compute(std::span<const double> samples, std::span<double> mel);
  /// Natural logarithm of the last frame's energy before pre-emphasis and window.
  double log_energy() const { return log_energy_; }

 private:
  KaldiOptions options_;
  double input_scale_;
  std::vector<double> window_;
  RealFft fft_;
  MelFilterbank bank_;
  std::vector<double> spectrum_;
  double log_energy_ = 0;
};

/// ln(max(1.1920929e-7, energy)), Kaldi's floor.
double kaldi_log(double energy);

}  // namespace astream
