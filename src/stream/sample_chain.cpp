#include "stream/sample_chain.hpp"

#include <string>

#include "base/error.hpp"

namespace astream {

namespace {

/// The matrix for `options`: picks, FFmpeg's downmix where the layout has one, else the mean or copies.
std::optional<MixMatrix> choose_mix(const StreamOptions& options, int in_channels, int out_channels,
                                    const Source& source, bool is_layout_known) {
  if (!options.picks.empty()) {
    std::vector<int> picks;
    for (const int pick : options.picks) {
      if (pick > in_channels) {
        throw Error(ErrorKind::usage,
                    "there is no channel " + std::to_string(pick) + ", it has " + std::to_string(in_channels), {},
                    "--channel takes 1.." + std::to_string(in_channels) + " here");
      }
      picks.push_back(pick - 1);
    }
    return pick_channels(in_channels, picks);
  }
  if (in_channels == out_channels) return std::nullopt;
  if (is_layout_known) {
    if (auto matrix = source.layout_mix(out_channels)) return matrix;
  }
  if (out_channels == 1) return mean_to_mono(in_channels);
  if (in_channels == 1) return copy_from_mono(out_channels);
  throw Error(
      ErrorKind::usage,
      "no way to mix " + std::to_string(in_channels) + " channels without a layout to " + std::to_string(out_channels),
      {}, "--channels 1 takes their mean, --channel K,L picks");
}

}  // namespace

SampleChain::SampleChain(const StreamOptions& options, const Source& source) : options_(options), source_(source) {
  rebuild();
}

void SampleChain::rebuild() {
  filter_.reset();
  mixer_.reset();
  resampler_.reset();
  input_ = source_.info().format;
  AudioFormat format = input_;
  if (!options_.filter.empty()) {
    filter_.emplace(options_.filter, format);
    format = filter_->output_format();
  }
  if (!output_.is_known()) {
    const int picked = static_cast<int>(options_.picks.size());
    output_.rate_hz = options_.rate_hz.value_or(format.rate_hz);
    output_.channels = picked > 0 ? picked : options_.channels.value_or(format.channels);
  }
  const bool is_layout_known = !filter_ || format.channels == input_.channels;
  if (auto matrix = choose_mix(options_, format.channels, output_.channels, source_, is_layout_known)) {
    mixer_.emplace(std::move(*matrix));
  }
  if (format.rate_hz != output_.rate_hz) {
    resampler_.emplace(format.rate_hz, output_.rate_hz, output_.channels, options_.quality);
  }
}

std::span<const float> SampleChain::process(std::span<const float> input) {
  if (filter_) input = filter_->process(input);
  if (mixer_) input = mixer_->process(input);
  if (resampler_) input = resampler_->process(input);
  return input;
}

std::span<const float> SampleChain::finish() {
  tail_.clear();
  if (filter_) {
    std::span<const float> held = filter_->finish();
    if (mixer_) held = mixer_->process(held);
    if (resampler_) held = resampler_->process(held);
    tail_.assign(held.begin(), held.end());
  }
  if (resampler_) {
    const std::span<const float> held = resampler_->finish();
    tail_.insert(tail_.end(), held.begin(), held.end());
  }
  return tail_;
}

std::optional<Resampler::StartPoint> SampleChain::entry_point(int64_t out_sample) const {
  if (filter_) return std::nullopt;
  if (resampler_) return resampler_->start_point(out_sample);
  return Resampler::StartPoint{out_sample, 0};
}

void SampleChain::enter_at(int64_t in_sample) {
  if (resampler_) resampler_->start_at(in_sample);
}

int64_t SampleChain::output_samples(int64_t source_samples) const {
  return input_.rate_hz == output_.rate_hz ? source_samples
                                           : resampled_length(source_samples, input_.rate_hz, output_.rate_hz);
}

}  // namespace astream
