// The flags of `astream levels`: what is measured, and the alarm. Parsing only.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "dsp/level_alarm.hpp"
#include "stream/level_receiver.hpp"

namespace astream::cli {

/// What --threshold --alarm --hold --once say.
struct AlarmChoice {
  std::optional<double> threshold_db;
  bool is_over = false;
  std::optional<double> hold_s;  ///< absent: 2 s of silence, or no time at all of noise
  bool is_once = false;

  LevelAlarmOptions options() const;
};

/// --interval --bands --percentiles --calibration --aes17 --dual-mono.
void add_meter_options(CLI::App& app, LevelRunOptions& options);
void add_alarm_options(CLI::App& app, AlarmChoice& alarm);

}  // namespace astream::cli
