// What a live display of levels shows: the state of every stream of a run, kept up to date by its events. No drawing.
//
// A Receiver of windows of some 20 ms that lie end to end. advance() moves what moves by the clock. One thread.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dsp/features/loudness_meter.hpp"
#include "dsp/meter_ballistics.hpp"
#include "dsp/spectrum_scan.hpp"
#include "stream/receiver.hpp"

namespace astream {

enum class StreamState { live, playing, stalled, reconnecting, ended, failed };
std::string_view state_name(StreamState state);

struct SceneOptions {
  bool is_dual_mono = false;
};

/// One stream, for drawing. Levels in dBFS, loudness in LUFS; NaN where not known yet.
struct StreamScene {
  StreamScene(const StreamStart& event, const SceneOptions& options);

  static constexpr int kBands = 256;          ///< of spectrum and spectrogram
  static constexpr double kLowest_hz = 30;    ///< of the lowest band
  static constexpr double kColumn_s = 0.1;    ///< of the spectrogram
  static constexpr size_t kMaxColumns = 600;  ///< of the spectrogram that are kept

  StreamStart start;
  StreamState state = StreamState::playing;
  std::string title;  ///< from tags
  std::string error;
  double time_s = 0;  ///< on the time line
  double gap_s = 0, dropped_s = 0;
  int64_t reconnects = 0;
  std::vector<MeterBallistics> meters;    ///< a channel each
  std::optional<LoudnessMeter> loudness;  ///< absent below 4 kHz
  double max_momentary_lufs, max_short_term_lufs;
  double true_peak_db;                            ///< the largest
  std::vector<double> spectrum_db, held_db;       ///< kBands, falling; held
  std::deque<std::vector<float>> spectrogram_db;  ///< newest last, kBands each

  // What the scene itself needs.
  std::unique_ptr<SpectrumScan> scan;
  std::vector<double> held_for_s, column_db;
  double since_scan_s = 0, in_column_s = 0;
  std::chrono::steady_clock::time_point last_window;
  bool is_connected = true;
  int64_t next_sample = 0;
};

class LevelScene : public Receiver {
 public:
  explicit LevelScene(SceneOptions options) : options_(options) {}

  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_link(const StreamLink& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;

  /// By the clock: stalls, and bars that fall while nothing comes.
  void advance(Clock::time_point now);
  /// Peaks, clip counts and loudness begin anew.
  void reset();

  /// The number in streams() of the one that began last of those that run; of the last one when none does. There is
  /// one.
  size_t newest_running() const;

  /// In the order in which they began. Inputs that never began and failed are there too.
  const std::vector<std::unique_ptr<StreamScene>>& streams() const { return streams_; }

 private:
  StreamScene* find(int64_t stream);
  static void meter(StreamScene& stream, const Window& window);
  static void look(StreamScene& stream, double seconds);

  SceneOptions options_;
  std::vector<std::unique_ptr<StreamScene>> streams_;
  Clock::time_point advanced_ = Clock::now();
};

}  // namespace astream
