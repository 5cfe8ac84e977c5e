// One function a feature group: makes its object for one channel, and the column names where they depend on options.
//
// Called by the feature table only. All throw Error(usage) for parameters that make no sense.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dsp/features/feature.hpp"

namespace astream {

std::unique_ptr<FrameFeature> make_level(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_zcr(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_spectral(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_mel(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_logmel(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_fbank(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_mfcc(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_pcen(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_pitch(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_contrast(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_chroma(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_onset(const FeatureContext& context);
std::unique_ptr<FrameFeature> make_spectrum(const FeatureContext& context);

std::unique_ptr<RunningFeature> make_loudness(const FeatureContext& context);
std::unique_ptr<RunningFeature> make_spl(const FeatureContext& context);
std::unique_ptr<RunningFeature> make_third_octave(const FeatureContext& context);
std::unique_ptr<RunningFeature> make_octave(const FeatureContext& context);
std::unique_ptr<RunningFeature> make_vad(const FeatureContext& context);

std::unique_ptr<WindowFeature> make_indices(const FeatureContext& context);

std::vector<std::string> mel_columns(const FeatureContext& context);
std::vector<std::string> logmel_columns(const FeatureContext& context);
std::vector<std::string> fbank_columns(const FeatureContext& context);
std::vector<std::string> mfcc_columns(const FeatureContext& context);
std::vector<std::string> pcen_columns(const FeatureContext& context);
std::vector<std::string> contrast_columns(const FeatureContext& context);
std::vector<std::string> spectrum_columns(const FeatureContext& context);
std::vector<std::string> spl_columns(const FeatureContext& context);
std::vector<std::string> third_octave_columns(const FeatureContext& context);
std::vector<std::string> octave_columns(const FeatureContext& context);

/// "prefix0", "prefix1", ...
std::vector<std::string> numbered_columns(const std::string& prefix, int count);

}  // namespace astream
