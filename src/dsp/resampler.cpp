#include "dsp/resampler.hpp"

#include <soxr.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dsp/resample_grid.hpp"

namespace astream {

namespace {

struct SoxrDelete {
  void operator()(soxr_t soxr) const noexcept { soxr_delete(soxr); }
};
using SoxrHandle = std::unique_ptr<soxr, SoxrDelete>;

[[noreturn]] void throw_soxr(const char* problem) {
  throw Error(ErrorKind::internal, "the resampler failed: " + std::string(problem));
}

SoxrHandle make_soxr(int in_rate_hz, int out_rate_hz, int channels, ResampleQuality quality) {
  // The shortest transforms that the filters allow, not the 2^17 that libsoxr would take: half the latency (15 ms in
  // place of 37 at 48 -> 16 kHz) for a tenth to a quarter more work.
  constexpr unsigned kLog2TransformSize = 8;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  // Ratios of large numbers (44100 to 44101) run on a fixed-point clock; the standard one drifts within a segment
  // already.
  const soxr_quality_spec_t recipe =
      soxr_quality_spec(quality == ResampleQuality::hq ? SOXR_HQ : SOXR_LQ, SOXR_HI_PREC_CLOCK);
  soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  runtime.log2_min_dft_size = kLog2TransformSize;
  runtime.log2_large_dft_size = kLog2TransformSize;
  soxr_error_t error = nullptr;
  SoxrHandle handle(
      soxr_create(in_rate_hz, out_rate_hz, static_cast<unsigned>(channels), &error, &io, &recipe, &runtime));
  if (error != nullptr || !handle) throw_soxr(error != nullptr ? error : "no memory");
  return handle;
}

}  // namespace

/// One segment is converted at a time. Input from the point on where the next segment will be fed is also kept, until
/// this segment has given all its output; then the next one begins with what was kept.
struct Resampler::State {
  State(int in_rate, int out_rate, int channel_count, ResampleQuality wanted)
      : in_rate_hz(in_rate),
        out_rate_hz(out_rate),
        channels(static_cast<size_t>(channel_count)),
        quality(wanted),
        grid(in_rate, out_rate) {}

  const int in_rate_hz;
  const int out_rate_hz;
  const size_t channels;
  const ResampleQuality quality;
  const ResampleGrid grid;

  SoxrHandle soxr;
  int64_t segment = 0;
  int64_t in_position = 0;      ///< input samples since sample 0 that were given
  int64_t out_position = 0;     ///< next output sample to hand out
  int64_t preroll_to_drop = 0;  ///< output of the running segment that belongs to the one before
  std::vector<float> kept;      ///< input from grid.feed_start_in(segment + 1) on
  std::vector<float> output;    ///< interleaved; the first output_samples are good
  size_t output_samples = 0;

  void begin_segment(int64_t number);
  void next_segment();
  void feed(std::span<const float> input, int64_t out_limit);
  void feed_all(std::span<const float> input);
  void keep_for_next(std::span<const float> input);
  bool is_segment_done() const { return out_position == grid.first_out(segment + 1); }
  std::span<const float> result() const { return {output.data(), output_samples * channels}; }
};

void Resampler::State::begin_segment(int64_t number) {
  soxr = make_soxr(in_rate_hz, out_rate_hz, static_cast<int>(channels), quality);
  segment = number;
  out_position = grid.first_out(number);
  preroll_to_drop = grid.preroll_out(number);
}

/// Gives `input` to the running libsoxr and takes its output, up to position `out_limit`; what comes behind it is
/// dropped.
void Resampler::State::feed(std::span<const float> input, int64_t out_limit) {
  constexpr size_t kRoomSamples = 4096;
  const float* from = input.data();
  size_t left = input.size() / channels;
  bool is_drained = false;
  while ((left > 0 || !is_drained) && out_position < out_limit) {
    if (output.size() < (output_samples + kRoomSamples) * channels) {
      output.resize(std::max((output_samples + kRoomSamples) * channels, 2 * output.size()));
    }
    float* const to = output.data() + output_samples * channels;
    size_t taken = 0;
    size_t made = 0;
    // libsoxr takes a null input for the end of the stream: with nothing left, a pointer to no samples.
    const float nothing = 0;
    const soxr_error_t error =
        soxr_process(soxr.get(), left > 0 ? from : &nothing, left, &taken, to, kRoomSamples, &made);
    if (error != nullptr) throw_soxr(error);
    from += taken * channels;
    left -= taken;
    is_drained = made < kRoomSamples;
    if (taken == 0 && made == 0 && left > 0) throw_soxr("it takes no input");

    const size_t dropped = static_cast<size_t>(std::min(preroll_to_drop, static_cast<int64_t>(made)));
    preroll_to_drop -= static_cast<int64_t>(dropped);
    if (dropped > 0) std::copy(to + dropped * channels, to + made * channels, to);
    const auto good = std::min(static_cast<int64_t>(made - dropped), out_limit - out_position);
    out_position += good;
    output_samples += static_cast<size_t>(good);
  }
}

/// The last segment is done: the next one begins with the input kept for it.
void Resampler::State::next_segment() {
  begin_segment(segment + 1);
  const std::vector<float> first = std::move(kept);
  kept.clear();
  in_position -= static_cast<int64_t>(first.size() / channels);
  feed_all(first);
}

/// Converts `input`, which stands at in_position, over as many segments as it reaches.
void Resampler::State::feed_all(std::span<const float> input) {
  // Small steps, so that a huge block does not make the kept input huge where it crosses into a new segment.
  const auto step_samples = static_cast<size_t>(std::min<int64_t>(8192, grid.segment_in_samples()));
  while (!input.empty()) {
    const std::span<const float> step = input.first(std::min(input.size(), step_samples * channels));
    input = input.subspan(step.size());
    keep_for_next(step);
    in_position += static_cast<int64_t>(step.size() / channels);
    feed(step, grid.first_out(segment + 1));
    if (is_segment_done()) next_segment();
  }
}

void Resampler::State::keep_for_next(std::span<const float> input) {
  const int64_t end = in_position + static_cast<int64_t>(input.size() / channels);
  const int64_t from = std::max(grid.feed_start_in(segment + 1), in_position);
  if (from >= end) return;
  const std::span<const float> wanted = input.subspan(static_cast<size_t>(from - in_position) * channels);
  kept.insert(kept.end(), wanted.begin(), wanted.end());
}

Resampler::Resampler(int in_rate_hz, int out_rate_hz, int channels, ResampleQuality quality) {
  if (in_rate_hz <= 0 || out_rate_hz <= 0 || channels <= 0) throw_soxr("it needs rates and channels above 0");
  self_ = std::make_unique<State>(in_rate_hz, out_rate_hz, channels, quality);
  self_->begin_segment(0);
}

Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

int Resampler::in_rate_hz() const {
  return self_->in_rate_hz;
}
int Resampler::out_rate_hz() const {
  return self_->out_rate_hz;
}

Resampler::StartPoint Resampler::start_point(int64_t out_sample) const {
  const ResampleGrid& grid = self_->grid;
  const int64_t segment = grid.segment_of_out(out_sample);
  return {grid.feed_start_in(segment), out_sample - grid.first_out(segment)};
}

void Resampler::start_at(int64_t in_sample) {
  const int64_t segment = self_->grid.segment_fed_from(in_sample);
  if (segment < 0) throw_soxr("it was started between two segments");
  self_->begin_segment(segment);
  self_->in_position = in_sample;
  self_->kept.clear();
  self_->output_samples = 0;
}

std::span<const float> Resampler::process(std::span<const float> input) {
  self_->output_samples = 0;
  self_->feed_all(input);
  return self_->result();
}

std::span<const float> Resampler::finish() {
  constexpr int64_t kSilenceSamples = 512;
  State& state = *self_;
  state.output_samples = 0;
  const int64_t total = resampled_length(state.in_position, state.in_rate_hz, state.out_rate_hz);
  // Silence behind the end, as libsoxr itself would put it there; by hand, as its own count of the output is made in
  // floating point. Its filters need the silence of some hundred samples of the lower rate, never of 4096.
  const std::vector<float> silence(kSilenceSamples * state.channels, 0.0F);
  int64_t patience_samples = 4096 * (1 + state.in_rate_hz / int64_t{state.out_rate_hz});
  while (state.out_position < total) {
    if (state.is_segment_done()) {
      state.next_segment();
      continue;
    }
    if (patience_samples < 0) throw_soxr("it holds output back");
    patience_samples -= kSilenceSamples;
    state.feed(silence, std::min(total, state.grid.first_out(state.segment + 1)));
  }
  return state.result();
}

int64_t resampled_length(int64_t in_samples, int in_rate_hz, int out_rate_hz) {
  __extension__ using Wide = __int128;
  const Wide twice = 2 * static_cast<Wide>(in_samples) * out_rate_hz + in_rate_hz;
  return static_cast<int64_t>(twice / (2 * static_cast<Wide>(in_rate_hz)));
}

}  // namespace astream
