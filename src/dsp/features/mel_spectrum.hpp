// Mel energies of analysis frames in the style of one flavour, with the user's own bounds where given.
//
// One object per feature; it owns its filterbank and scratch space. Throws Error(usage) at construction.
#pragma once

#include <string>

#include "dsp/features/feature.hpp"
#include "dsp/features/mel_filterbank.hpp"
#include "dsp/features/mel_style.hpp"

namespace astream {

class MelSpectrum {
 public:
  /// `power`: exponent of the magnitude; `name` is used in the note about empty filters.
  MelSpectrum(const FeatureContext& context, const MelStyleInfo& style, double power, const std::string& name);

  int mel_count() const { return bank_.mel_count(); }
  SpectrumNeeds needs() const;
  void compute(const AnalysisFrame& frame, std::span<double> mel);

 private:
  double power_;
  double gain_;
  MelFilterbank bank_;
  std::vector<double> raised_;
};

/// The user's number of bands, or the style's.
int mel_count_of(const FeatureOptions& options, const MelStyleInfo& style);
/// Tells the user which filters are empty, if any.
void note_empty_filters(const FeatureContext& context, const MelFilterbank& bank, const std::string& name);

}  // namespace astream
