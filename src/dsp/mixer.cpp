#include "dsp/mixer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace astream {

MixMatrix mean_to_mono(int in_channels) {
  return {in_channels, 1, std::vector<double>(static_cast<size_t>(in_channels), 1.0 / in_channels)};
}

MixMatrix pick_channels(int in_channels, std::span<const int> picks) {
  MixMatrix matrix{in_channels, static_cast<int>(picks.size()), {}};
  matrix.gains.assign(picks.size() * static_cast<size_t>(in_channels), 0.0);
  for (size_t out = 0; out < picks.size(); ++out) {
    const int in = picks[out];
    if (in < 0 || in >= in_channels) {
      throw Error(ErrorKind::usage, "there is no channel " + std::to_string(in + 1) + ", the input has " +
                                        std::to_string(in_channels) + (in_channels == 1 ? " channel" : " channels"));
    }
    matrix.gains[out * static_cast<size_t>(in_channels) + static_cast<size_t>(in)] = 1.0;
  }
  return matrix;
}

MixMatrix copy_from_mono(int out_channels) {
  return {1, out_channels, std::vector<double>(static_cast<size_t>(out_channels), 1.0)};
}

Mixer::Mixer(MixMatrix matrix) : matrix_(std::move(matrix)), loop_(Loop::matrix) {
  const bool has_channels = matrix_.in_channels > 0 && matrix_.out_channels > 0;
  if (!has_channels ||
      matrix_.gains.size() != static_cast<size_t>(matrix_.in_channels) * static_cast<size_t>(matrix_.out_channels)) {
    throw Error(ErrorKind::internal, "a mixing matrix does not fit its channels");
  }
  for (int out = 0; out < matrix_.out_channels; ++out) {
    for (int in = 0; in < matrix_.in_channels; ++in) {
      if (matrix_.at(out, in) != 0) terms_.push_back({static_cast<size_t>(in), matrix_.at(out, in)});
    }
    term_ends_.push_back(terms_.size());
  }
  loop_ = choose_loop();
}

Mixer::Loop Mixer::choose_loop() const {
  if (matrix_.in_channels == 2 && matrix_.out_channels == 1 && matrix_.gains == std::vector<double>{0.5, 0.5}) {
    return Loop::mean_of_two;
  }
  const bool is_one_each = terms_.size() == term_ends_.size() && std::is_sorted(term_ends_.begin(), term_ends_.end()) &&
                           std::adjacent_find(term_ends_.begin(), term_ends_.end()) == term_ends_.end() &&
                           term_ends_.front() == 1;
  const bool is_pick = is_one_each && std::all_of(terms_.begin(), terms_.end(), [](auto& t) { return t.gain == 1.0; });
  if (!is_pick) return Loop::matrix;
  return matrix_.in_channels == 1 ? Loop::copy_mono : Loop::pick;
}

std::span<const float> Mixer::process(std::span<const float> input) {
  const auto ins = static_cast<size_t>(matrix_.in_channels);
  const auto outs = static_cast<size_t>(matrix_.out_channels);
  const size_t samples = input.size() / ins;
  output_.resize(samples * outs);
  const float* from = input.data();
  float* to = output_.data();
  switch (loop_) {
    case Loop::mean_of_two:
      for (size_t i = 0; i < samples; ++i) to[i] = (from[2 * i] + from[2 * i + 1]) * 0.5F;
      break;
    case Loop::copy_mono:
      for (size_t i = 0; i < samples; ++i, to += outs) std::fill_n(to, outs, from[i]);
      break;
    case Loop::pick:
      for (size_t out = 0; out < outs; ++out) {
        const float* const channel = from + terms_[out].in_channel;
        for (size_t i = 0; i < samples; ++i) to[i * outs + out] = channel[i * ins];
      }
      break;
    case Loop::matrix:
      mix_by_terms(input);
      break;
  }
  return output_;
}

void Mixer::mix_by_terms(std::span<const float> input) {
  const auto ins = static_cast<size_t>(matrix_.in_channels);
  const float* from = input.data();
  float* to = output_.data();
  for (size_t samples = input.size() / ins; samples > 0; --samples, from += ins) {
    size_t term = 0;
    for (const size_t end : term_ends_) {
      double sum = 0;
      for (; term < end; ++term) sum += terms_[term].gain * static_cast<double>(from[terms_[term].in_channel]);
      *to++ = static_cast<float>(sum);
    }
  }
}

}  // namespace astream
