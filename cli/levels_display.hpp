// The live display of `astream levels`: takes a run's events, draws them 30 times a second, obeys keys.
//
// While it is on, what is logged is shown in its last row; warnings and errors are said again once the terminal is
// given back, with a line for each stream.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/display_look.hpp"
#include "cli/display_terminal.hpp"
#include "stream/level_scene.hpp"

namespace astream::cli {

struct LevelsDisplayOptions {
  View view = View::all;
  bool is_dual_mono = false;
  bool is_aes17 = false;
  std::string waiting;  ///< the inputs, while none of them is there yet
};

class LevelsDisplay {
 public:
  static constexpr std::chrono::milliseconds kFrame{33};

  LevelsDisplay(std::unique_ptr<DisplayTerminal> terminal, const LevelsDisplayOptions& options);
  ~LevelsDisplay();
  LevelsDisplay(const LevelsDisplay&) = delete;
  LevelsDisplay& operator=(const LevelsDisplay&) = delete;

  Receiver& receiver() { return scene_; }
  /// A frame: keys, clock, drawing. Flow::stop when the user wants to leave.
  Flow tick();
  /// Gives the terminal back, says what there was to say; returns a line for each stream.
  std::string close();

 private:
  Flow obey(Key key);
  void draw();
  void note(LogLevel level, std::string_view line);

  std::unique_ptr<DisplayTerminal> terminal_;
  LevelScene scene_;
  DisplayState state_;
  bool is_following_ = true;  ///< the selected stream is the one that runs
  std::mutex mutex_;          ///< of what is logged, by any thread
  std::deque<std::pair<LogLevel, std::string>> notes_;
  std::string message_;
  Clock::time_point message_at_;
};

/// One line: name, length, peak, true peak, loudness, range, clipped samples.
std::string summary_of(const StreamScene& stream, bool is_utf8);

}  // namespace astream::cli
