#include "cli/options_levels.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/option_values.hpp"

namespace astream::cli {

namespace {

constexpr double kSilenceHold_s = 2;

int parse_bands(const std::string& text, const std::string& option) {
  if (text == "third") return 3;
  if (text == "octave") return 1;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "third or octave");
}

/// "10,50,90" or "L10,L50,L90".
std::vector<double> parse_percentiles(const std::string& text, const std::string& option) {
  std::vector<double> percentiles;
  for (const std::string& word : split_list(text, option)) {
    const std::string_view number = std::string_view(word).substr(word[0] == 'L' || word[0] == 'l' ? 1 : 0);
    const auto percent = parse_decimal(number);
    if (!percent || *percent < 0 || *percent > 100)
      throw Error(ErrorKind::usage, option + ": '" + word + "' is no percentile", {}, "try 10,50,90");
    if (std::ranges::find(percentiles, *percent) != percentiles.end())
      throw Error(ErrorKind::usage, option + ": '" + word + "' is named twice");
    percentiles.push_back(*percent);
  }
  return percentiles;
}

TimeSpec parse_interval(const std::string& text, const std::string& option) {
  const TimeSpec time = parse_time(text, option);
  if (time.samples.value_or(1) == 0 || (!time.samples && time.seconds == 0))
    throw Error(ErrorKind::usage, option + ": it must be longer than 0", {}, "try 1s");
  return time;
}

}  // namespace

LevelAlarmOptions AlarmChoice::options() const {
  return {threshold_db.value_or(0), is_over, hold_s.value_or(is_over ? 0 : kSilenceHold_s)};
}

void add_meter_options(CLI::App& app, LevelRunOptions& options) {
  constexpr const char* kGroup = "Rows";
  add_parsed(app, "--interval", "--interval", options.interval, parse_interval, "T",
             "a row for every T and channel [1s]")
      ->group(kGroup);
  add_parsed(app, "--bands", "--bands", options.meter.bands_per_octave, parse_bands, "third|octave",
             "add the level of each third-octave or octave band (IEC 61260-1)")
      ->group(kGroup);
  add_parsed(app, "--percentiles", "--percentiles", options.meter.percentiles, parse_percentiles, "N[,N...]",
             "add the A-weighted fast level exceeded in N % of the time: 10,50,90")
      ->group(kGroup);
  add_parsed(
      app, "--calibration", "--calibration", options.meter.calibration_db,
      [](const std::string& text, const std::string& option) {
        const auto db = parse_decimal(text);
        if (!db || std::abs(*db) > 300)
          throw Error(ErrorKind::usage, option + ": '" + text + "' is no number of dB", {}, "try 120");
        return *db;
      },
      "DB", "dB SPL of a signal of 0 dBFS RMS: --bands and --percentiles become dB SPL")
      ->group(kGroup);
  app.add_flag("--aes17", options.meter.is_aes17, "RMS of a full-scale sine reads 0 dBFS, not -3.01")->group(kGroup);
  app.add_flag("--dual-mono", options.meter.is_dual_mono, "loudness: a mono input counts as two channels")
      ->group(kGroup);
}

void add_alarm_options(CLI::App& app, AlarmChoice& alarm) {
  constexpr const char* kGroup = "Alarm";
  add_parsed(app, "--threshold", "--threshold", alarm.threshold_db, parse_dbfs, "LEVEL",
             "in place of levels: a row when the level falls under LEVEL (-40dBFS) and one when it is back; exit "
             "status 6 if it did")
      ->group(kGroup);
  add_parsed(
      app, "--alarm", "--alarm", alarm.is_over,
      [](const std::string& text, const std::string& option) {
        if (text == "under") return false;
        if (text == "over") return true;
        throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "under or over");
      },
      "under|over", "alarm at silence, or at noise [under]")
      ->group(kGroup);
  add_parsed(
      app, "--hold", "--hold", alarm.hold_s,
      [](const std::string& t, const std::string& o) { return parse_seconds(t, o, "10s"); }, "T",
      "only when it lasts for T [2s; over: at once, 0.1s]")
      ->group(kGroup);
  app.add_flag("--once", alarm.is_once, "end at the first alarm")->group(kGroup);
}

}  // namespace astream::cli
