#include "formats/stream_recording.hpp"

#include <cmath>

#include "formats/no_output.hpp"

namespace astream {

StreamRecording::StreamRecording(RecordingDesk& desk, const StreamStart& event)
    : desk_(desk), files_(desk, event, [this](ByteOutput& output, const Tags& tags) {
        auto encoder = make_encoder(output, tags);
        encoder_ = encoder.get();
        return encoder;
      }) {
  NoOutput nowhere;
  make_encoder(nowhere, {});  // what it can't take is said before anything is recorded
  if (desk_.options.trigger) make_trigger();
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
  options.post_samples = times.post.samples_at(format.rate_hz);
  trigger_.emplace(options, format.channels);
}

/// Contiguous samples that are wanted, the first at `sample`.
void StreamRecording::take(int64_t sample, std::span<const float> samples) {
  const auto channels = static_cast<size_t>(files_.stream().format.channels);
  while (!samples.empty()) {
    const int64_t count = files_.make_room(sample, static_cast<int64_t>(samples.size() / channels));
    const auto part = samples.first(static_cast<size_t>(count) * channels);
    files_.append(count, [&] { encoder_->write(part); });
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
  files_.end_stream(event, !trigger_);
}

}  // namespace astream
