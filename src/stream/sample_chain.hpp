// From a source's samples to the stream's: filter, mix or pick channels, resample. One rate and channel count come
// out, whatever changes at the input.
//
// Used from one thread; what process() and finish() give is borrowed until the next call.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "av/filter_graph.hpp"
#include "dsp/mixer.hpp"
#include "dsp/resampler.hpp"
#include "source/source.hpp"
#include "stream/generator.hpp"

namespace astream {

class SampleChain {
 public:
  /// For the current format of `source`, which must outlive the chain. Throws Error(usage) when a picked channel is not
  /// there.
  SampleChain(const StreamOptions& options, const Source& source);

  AudioFormat output_format() const { return output_; }

  /// Builds the chain anew for the source's format, keeping the output format; what the old one held must have been
  /// finished.
  void rebuild();
  std::span<const float> process(std::span<const float> input);
  std::span<const float> finish();

  /// Where to enter the source so that the output from `out_sample` on is that of an in-order run: seek it to
  /// in_sample, call enter_at(), drop the first drop_samples. Nothing where the chain's output depends on all that came
  /// before.
  std::optional<Resampler::StartPoint> entry_point(int64_t out_sample) const;
  void enter_at(int64_t in_sample);

  /// Samples at the source's rate as samples of the output.
  int64_t output_samples(int64_t source_samples) const;

 private:
  void build_mixer(int in_channels);

  const StreamOptions& options_;
  const Source& source_;
  AudioFormat input_;
  AudioFormat output_;
  std::optional<av::FilterGraph> filter_;
  std::optional<Mixer> mixer_;
  std::optional<Resampler> resampler_;
  std::vector<float> tail_;
};

}  // namespace astream
