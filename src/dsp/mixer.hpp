// Channel selection and mixing by a matrix of coefficients; the common cases have loops of their own.
//
// Each output sample depends on the input samples of its own instant only, so the chunking of the input does not
// matter. An input channel with gain 0 is not looked at: a NaN in it stays out of the mix. Sums are made in double, in
// channel order. Not thread-safe.
#pragma once

#include <cstddef>
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
  /// Throws Error(internal) when the matrix is empty or its gains don't fit its channels.
  explicit Mixer(MixMatrix matrix);
  int out_channels() const { return matrix_.out_channels; }
  int in_channels() const { return matrix_.in_channels; }
  /// Interleaved in (size a multiple of in_channels), interleaved out; borrowed until the next call.
  std::span<const float> process(std::span<const float> input);

 private:
  enum class Loop { copy_mono, mean_of_two, pick, matrix };
  /// One factor of an output's sum; the terms of all outputs stand in a row, term_ends_ parts them.
  struct Term {
    size_t in_channel;
    double gain;
  };

  Loop choose_loop() const;
  void mix_by_terms(std::span<const float> input);

  MixMatrix matrix_;
  std::vector<Term> terms_;
  std::vector<size_t> term_ends_;
  Loop loop_;
  std::vector<float> output_;
};

}  // namespace astream
