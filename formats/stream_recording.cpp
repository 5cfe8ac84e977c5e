#include "formats/stream_recording.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/log.hpp"
#include "formats/no_output.hpp"

namespace astream {

StreamRecording::StreamRecording(RecordingDesk& desk, const StreamStart& event)
    : desk_(desk),
      files_(desk, event,
             [this](ByteOutput& output, const Tags& tags) {
               auto encoder = make_encoder(output, tags);
               encoder_ = encoder.get();
               return encoder;
             }),
      guard_(sample_range(*desk.options.format, desk.options.settings, event.source.bits), event) {
  NoOutput nowhere;
  make_encoder(nowhere, {});  // what it can't take is said before anything is recorded
  if (desk_.options.trigger) make_trigger();
  warn_of_lost_bits();
}

/// Samples are floats of 32 bits on their way: where nothing else is lost, that is told.
void StreamRecording::warn_of_lost_bits() const {
  const SourceInfo& source = files_.stream().source;
  if (!desk_.options.format->is_lossless() || desk_.options.settings.bits) return;
  constexpr int kExactBits = 24;
  constexpr auto kExact = std::to_array<std::string_view>({"pcm_f32", "pcm_f24", "pcm_f16", "wavpack"});
  const bool is_exact = std::ranges::any_of(kExact, [&](auto name) { return source.codec.starts_with(name); });
  if (source.bits <= kExactBits || is_exact) return;
  log(LogLevel::warning, files_.stream().uri + ": has samples of " + std::to_string(source.bits) +
                             " bits; they pass through 32-bit floats, which hold 24 of them exactly");
}

std::unique_ptr<SoundEncoder> StreamRecording::make_encoder(ByteOutput& output, const Tags& tags) const {
  const StreamStart& stream = files_.stream();
  const SoundEncoderRequest request{stream.format, stream.source.bits, tags};
  return make_sound_encoder(*desk_.options.format, desk_.options.settings, request, output);
}

void StreamRecording::make_trigger() {
  const TriggerTimes& times = *desk_.options.trigger;
  const AudioFormat& format = files_.stream().format;
  LevelTriggerOptions options;
  options.threshold = static_cast<float>(std::pow(10, times.threshold_db / 20));
  options.pre_samples = times.pre.samples_at(format.rate_hz);
  constexpr TimeSpec kLeastPost{0.1, {}};  // else each half wave of a low tone is an event
  options.post_samples = std::max(times.post.samples_at(format.rate_hz), kLeastPost.samples_at(format.rate_hz));
  trigger_.emplace(options, format.channels);
}

/// Contiguous samples that are wanted, the first at `sample`.
void StreamRecording::take(int64_t sample, std::span<const float> samples) {
  const auto channels = static_cast<size_t>(files_.stream().format.channels);
  while (!samples.empty()) {
    const int64_t count = files_.make_room(sample, static_cast<int64_t>(samples.size() / channels));
    const auto part = samples.first(static_cast<size_t>(count) * channels);
    files_.append(count, [&] { encoder_->write(guard_.process(part)); });
    samples = samples.subspan(part.size());
    sample += count;
  }
}

void StreamRecording::record(const Window& window) {
  files_.tell_losses(window);
  if (window.wallclock_us) files_.set_clock(window.sample, *window.wallclock_us);
  const auto samples = window.samples.first(static_cast<size_t>(window.valid_samples * window.format.channels));
  if (!trigger_) return take(window.sample, samples);
  trigger_->process(window.sample, samples, [this](const LevelTrigger::Piece& piece) {
    take(piece.sample, piece.samples);
    if (piece.is_last) files_.end_file("silence", true);
  });
}

void StreamRecording::window(const Window& window) {
  if (files_.has_failed()) return;
  try {
    record(window);
  } catch (...) {
    files_.salvage();
    throw;
  }
}

void StreamRecording::end(const StreamEnd& event) {
  guard_.tell();
  files_.end_stream(event, !trigger_);
}

Error StreamRecording::named(const Error& error) const {
  const std::string& file = error.uri().empty() ? files_.path() : error.uri();
  return {error.kind(), (file.empty() ? "" : file + ": ") + error.message(), files_.stream().uri, error.hint()};
}

}  // namespace astream
