#include "cli/levels_display.hpp"

#include <algorithm>
#include <cmath>

#include "base/units.hpp"
#include "cli/draw_display.hpp"
#include "formats/text_cells.hpp"

namespace astream::cli {

namespace {

constexpr std::chrono::seconds kMessageTime{8};
constexpr size_t kMaxNotes = 20;
constexpr double kAes17Db = 3.010299956639812;
constexpr double kRangeStep_db = 6, kLeastRange_db = 18, kMostRange_db = 114;

}  // namespace

LevelsDisplay::LevelsDisplay(std::unique_ptr<DisplayTerminal> terminal, const LevelsDisplayOptions& options)
    : terminal_(std::move(terminal)), scene_({options.is_dual_mono}) {
  state_.view = options.view;
  state_.waiting = options.waiting;
  state_.rms_offset_db = options.is_aes17 ? kAes17Db : 0;
  set_log_sink([this](LogLevel level, std::string_view line) { note(level, line); });
  draw();
}

LevelsDisplay::~LevelsDisplay() {
  set_log_sink({});
}

void LevelsDisplay::note(LogLevel level, std::string_view line) {
  const std::lock_guard lock(mutex_);
  message_ = line;
  message_at_ = Clock::now();
  if (level > LogLevel::warning) return;
  notes_.emplace_back(level, line);
  if (notes_.size() > kMaxNotes) notes_.pop_front();
}

Flow LevelsDisplay::obey(Key key) {
  const size_t count = std::max<size_t>(1, scene_.streams().size());
  switch (key) {
    case Key::quit:
      return Flow::stop;
    case Key::pause:
      state_.is_paused = !state_.is_paused;
      break;
    case Key::meter:
      state_.view = View::meter;
      break;
    case Key::spectrum:
      state_.view = View::spectrum;
      break;
    case Key::spectrogram:
      state_.view = View::spectrogram;
      break;
    case Key::all:
      state_.view = View::all;
      break;
    case Key::more:
      state_.range_db = std::min(state_.range_db + kRangeStep_db, kMostRange_db);
      break;
    case Key::less:
      state_.range_db = std::max(state_.range_db - kRangeStep_db, kLeastRange_db);
      break;
    case Key::reset:
      scene_.reset();
      break;
    case Key::next:
      state_.selected = (state_.selected + 1) % count;
      is_following_ = false;
      break;
    case Key::previous:
      state_.selected = (state_.selected + count - 1) % count;
      is_following_ = false;
      break;
    case Key::none:
    case Key::other:
      return Flow::proceed;
  }
  draw();
  return Flow::proceed;
}

Flow LevelsDisplay::tick() {
  const bool was_paused = state_.is_paused;
  scene_.advance(Clock::now());
  while (true) {
    const Key key = terminal_->read_key();
    if (key == Key::none) break;
    if (obey(key) == Flow::stop) return Flow::stop;
  }
  if (is_following_ && !scene_.streams().empty()) state_.selected = scene_.newest_running();
  if (!was_paused || !state_.is_paused) draw();
  return Flow::proceed;
}

void LevelsDisplay::draw() {
  Canvas canvas(terminal_->columns(), terminal_->rows());
  {
    const std::lock_guard lock(mutex_);
    state_.message = Clock::now() - message_at_ < kMessageTime ? message_ : "";
  }
  if (canvas.columns() < kLeastColumns || canvas.rows() < kLeastRows) {
    canvas.put(0, 0, "too small");
  } else {
    draw_display(canvas, scene_.streams(), state_, terminal_->look());
  }
  terminal_->show(canvas);
}

std::string LevelsDisplay::close() {
  const bool is_utf8 = terminal_->look().is_utf8;
  terminal_.reset();
  set_log_sink({});
  for (const auto& [level, line] : notes_) log(level, line);
  std::string lines;
  for (const auto& stream : scene_.streams()) {
    if (stream->time_s > 0) lines += summary_of(*stream, is_utf8) + "\n";
  }
  return lines;
}

std::string summary_of(const StreamScene& stream, bool is_utf8) {
  double peak_db = -INFINITY;
  int64_t clipped = 0;
  for (const MeterBallistics& meter : stream.meters) {
    peak_db = std::max(peak_db, meter.largest_db());
    clipped += meter.clipped_samples();
  }
  std::string line = printable_text(stream.start.label, is_utf8) + "  " + format_clock(stream.time_s, 1) + "  peak " +
                     level_text(peak_db, 0) + " dBFS";
  if (stream.loudness) {
    line += "  true peak " + level_text(stream.true_peak_db, 0) + " dBTP  I " +
            level_text(stream.loudness->integrated_lufs(), 0) + " LUFS  LRA " +
            level_text(stream.loudness->range_lu(), 0) + " LU";
  }
  if (clipped > 0) line += "  clipped " + std::to_string(clipped);
  if (stream.gap_s > 0) line += "  gaps " + level_text(stream.gap_s, 0) + " s";
  if (stream.dropped_s > 0) line += "  dropped " + level_text(stream.dropped_s, 0) + " s";
  return line;
}

}  // namespace astream::cli
