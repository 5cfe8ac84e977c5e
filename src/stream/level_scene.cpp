#include "stream/level_scene.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/features/decibel.hpp"
#include "dsp/flush_denormals.hpp"
#include "dsp/level_meter.hpp"

namespace astream {

namespace {

constexpr double kScan_s = 1.0 / 30;
constexpr double kSpectrumFall_db_per_s = 40;
constexpr double kHold_s = 2;
constexpr double kStalled_s = 1;
constexpr int kLowestLoudnessRate_hz = 4000;

std::string find_tag(const Tags& tags, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = tags.find(name);
    if (found != tags.end() && !found->second.empty()) return found->second;
  }
  return {};
}

std::string title_of(const Tags& tags) {
  const std::string title = find_tag(tags, {"StreamTitle", "title", "TITLE"});
  const std::string artist = find_tag(tags, {"artist", "ARTIST"});
  return artist.empty() || title.empty() ? title + artist : artist + " - " + title;
}

}  // namespace

std::string_view state_name(StreamState state) {
  switch (state) {
    case StreamState::live:
      return "live";
    case StreamState::playing:
      return "playing";
    case StreamState::stalled:
      return "stalled";
    case StreamState::reconnecting:
      return "reconnecting";
    case StreamState::ended:
      return "ended";
    case StreamState::failed:
      return "failed";
  }
  return "";
}

StreamScene::StreamScene(const StreamStart& event, const SceneOptions& options)
    : start(event),
      title(title_of(event.source.tags)),
      meters(static_cast<size_t>(event.format.channels)),
      max_momentary_lufs(kNan),
      max_short_term_lufs(kNan),
      true_peak_db(kMinusInfinity),
      spectrum_db(kBands, SpectrumScan::kFloor_db),
      held_db(spectrum_db),
      held_for_s(kBands),
      column_db(spectrum_db),
      last_window(Clock::now()) {
  if (event.format.rate_hz <= 0) return;
  scan = std::make_unique<SpectrumScan>(event.format, kLowest_hz, kBands);
  if (event.format.rate_hz < kLowestLoudnessRate_hz) return;
  const bool is_doubled = options.is_dual_mono && event.format.channels == 1;
  loudness.emplace(event.format.rate_hz, event.format.channels, is_doubled ? std::vector{2.0} : std::vector<double>{});
}

StreamScene* LevelScene::find(int64_t number) {
  for (const auto& stream : streams_) {
    if (stream->start.stream == number) return stream.get();
  }
  return nullptr;
}

void LevelScene::stream_start(const StreamStart& event) {
  streams_.push_back(std::make_unique<StreamScene>(event, options_));
  streams_.back()->state = event.is_live ? StreamState::live : StreamState::playing;
}

/// Levels and loudness of a window.
void LevelScene::meter(StreamScene& stream, const Window& window) {
  const auto channels = static_cast<size_t>(window.format.channels);
  const auto count = static_cast<size_t>(window.valid_samples);
  if (count == 0) return;
  const double seconds = static_cast<double>(count) / window.format.rate_hz;
  std::vector<double> samples(count * channels);
  std::ranges::transform(window.samples.first(samples.size()), samples.begin(),
                         [](float x) { return std::isfinite(x) ? static_cast<double>(x) : 0.0; });
  double largest = 0;  // the filter of the true peak is some samples behind
  for (size_t c = 0; c < channels; ++c) {
    double peak = 0, sum_squares = 0;
    int64_t clipped = 0;
    for (size_t i = c; i < samples.size(); i += channels) {
      const double magnitude = std::abs(samples[i]);
      peak = std::max(peak, magnitude);
      sum_squares += magnitude * magnitude;
      clipped += magnitude >= kClip ? 1 : 0;
    }
    largest = std::max(largest, peak);
    stream.meters[c].advance(seconds, peak, sum_squares / static_cast<double>(count), clipped);
  }
  if (!stream.loudness) return;
  stream.loudness->process(samples);
  const LoudnessMaxima maxima = stream.loudness->take_maxima();
  stream.max_momentary_lufs = std::fmax(stream.max_momentary_lufs, maxima.momentary_lufs);
  stream.max_short_term_lufs = std::fmax(stream.max_short_term_lufs, maxima.short_term_lufs);
  stream.true_peak_db = std::max(stream.true_peak_db, db_from_amplitude(std::max(maxima.true_peak, largest)));
}

/// The spectrum as it is now, `seconds` after it was looked at last.
void LevelScene::look(StreamScene& stream, double seconds) {
  const std::span<const double> levels_db = stream.scan->scan();
  for (size_t band = 0; band < levels_db.size(); ++band) {
    const double db = levels_db[band];
    double& shown = stream.spectrum_db[band];
    shown = std::max(db, shown - kSpectrumFall_db_per_s * seconds);
    stream.held_for_s[band] += seconds;
    if (stream.held_for_s[band] > kHold_s) stream.held_db[band] -= kSpectrumFall_db_per_s / 2 * seconds;
    if (shown >= stream.held_db[band]) {
      stream.held_db[band] = shown;
      stream.held_for_s[band] = 0;
    }
    stream.column_db[band] = std::max(stream.column_db[band], db);
  }
  stream.in_column_s += seconds;
  if (stream.in_column_s < StreamScene::kColumn_s) return;
  stream.in_column_s -= StreamScene::kColumn_s;
  stream.spectrogram_db.emplace_back(stream.column_db.begin(), stream.column_db.end());
  if (stream.spectrogram_db.size() > StreamScene::kMaxColumns) stream.spectrogram_db.pop_front();
  std::ranges::fill(stream.column_db, SpectrumScan::kFloor_db);
}

Flow LevelScene::window(const Window& window) {
  StreamScene* const stream = find(window.stream);
  if (stream == nullptr) return Flow::proceed;
  const FlushDenormals flush;
  const double rate_hz = window.format.rate_hz;
  const double seconds = static_cast<double>(window.valid_samples) / rate_hz;
  stream->gap_s += static_cast<double>(window.gap_samples) / rate_hz;
  stream->dropped_s += static_cast<double>(window.dropped_samples) / rate_hz;
  if (window.gap_samples + window.dropped_samples > 0 && stream->loudness) stream->loudness->gap();
  stream->reconnects = window.reconnects;
  stream->time_s = window.time_s + seconds;
  stream->last_window = Clock::now();
  if (stream->is_connected) stream->state = stream->start.is_live ? StreamState::live : StreamState::playing;
  meter(*stream, window);
  stream->scan->push(window.samples.first(static_cast<size_t>(window.valid_samples * window.format.channels)));
  stream->since_scan_s += seconds;
  if (stream->since_scan_s >= kScan_s) {
    look(*stream, stream->since_scan_s);
    stream->since_scan_s = 0;
  }
  return Flow::proceed;
}

void LevelScene::stream_info(const StreamInfo& event) {
  StreamScene* const stream = find(event.stream);
  if (stream == nullptr) return;
  for (const auto& [key, value] : event.tags) stream->start.source.tags[key] = value;
  stream->title = title_of(stream->start.source.tags);
}

void LevelScene::stream_link(const StreamLink& event) {
  StreamScene* const stream = find(event.stream);
  if (stream == nullptr) return;
  stream->is_connected = event.is_connected;
  if (!event.is_connected) stream->state = StreamState::reconnecting;
}

void LevelScene::stream_error(const StreamError& event) {
  StreamScene* stream = find(event.stream);
  if (stream == nullptr) {  // it could not be opened
    StreamStart start;
    start.stream = event.stream;
    start.uri = start.label = event.uri;
    streams_.push_back(std::make_unique<StreamScene>(start, options_));
    stream = streams_.back().get();
  }
  stream->state = StreamState::failed;
  stream->error = event.message;
}

void LevelScene::stream_end(const StreamEnd& event) {
  StreamScene* const stream = find(event.stream);
  if (stream != nullptr && stream->state != StreamState::failed) stream->state = StreamState::ended;
}

void LevelScene::advance(Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - advanced_).count();
  advanced_ = now;
  for (const auto& stream : streams_) {
    const double quiet_s = std::chrono::duration<double>(now - stream->last_window).count();
    if (quiet_s < kStalled_s) continue;
    const bool is_running = stream->state == StreamState::live || stream->state == StreamState::playing;
    if (is_running) stream->state = StreamState::stalled;
    if (stream->scan == nullptr) continue;
    for (MeterBallistics& meter : stream->meters) meter.advance(seconds, 0, 0, 0);
    for (double& db : stream->spectrum_db)
      db = std::max(db - kSpectrumFall_db_per_s * seconds, SpectrumScan::kFloor_db);
  }
}

size_t LevelScene::newest_running() const {
  for (size_t i = streams_.size(); i > 0; --i) {
    const StreamState state = streams_[i - 1]->state;
    if (state != StreamState::ended && state != StreamState::failed) return i - 1;
  }
  return streams_.size() - 1;
}

void LevelScene::reset() {
  for (const auto& stream : streams_) {
    for (MeterBallistics& meter : stream->meters) meter.reset();
    if (stream->loudness) {
      const StreamScene fresh(stream->start, options_);
      stream->loudness = fresh.loudness;
    }
    stream->max_momentary_lufs = stream->max_short_term_lufs = kNan;
    stream->true_peak_db = kMinusInfinity;
    stream->held_db = stream->spectrum_db;
    stream->gap_s = stream->dropped_s = 0;
  }
}

}  // namespace astream
