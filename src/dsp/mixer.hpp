// Channel selection and mixing by a matrix of coefficients; the common cases have loops of their own.
#pragma once

#include <span>
#include <vector>

namespace astream {

/// Row-major: out channel o = sum over i of at(o, i) * in channel i.
struct MixMatrix {
  int in_channels = 0;
  int out_channels = 0;
  std::vector<double> gains;  ///< out_channels * in_channels
  double at(int out, int in) const { return gains[static_cast<size_t>(out * in_channels + in)]; }
};

/// The mean of all channels to one.
MixMatrix mean_to_mono(int in_channels);
/// Picks channels, `picks` 0-based. Throws Error(usage) when one is not there.
MixMatrix pick_channels(int in_channels, std::span<const int> picks);
/// One channel to many: copies.
MixMatrix copy_from_mono(int out_channels);

class Mixer {
public:
  explicit Mixer(MixMatrix matrix);
  int out_channels() const { return matrix_.out_channels; }
  int in_channels() const { return matrix_.in_channels; }
  /// Interleaved in, interleaved out; borrowed until the next call.
  std::span<const float> process(std::span<const float> input);

private:
  MixMatrix matrix_;
  std::vector<int> picks_;  ///< per output the one input with gain 1, when the matrix only picks
  std::vector<float> output_;
};

}  // namespace astream
