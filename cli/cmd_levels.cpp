#include "cli/cmd_levels.hpp"

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_status.hpp"
#include "cli/row_output.hpp"
#include "cli/run_generator.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "formats/picture/picture_receiver.hpp"
#include "stream/alarm_receiver.hpp"
#include "stream/feature_receiver.hpp"
#include "stream/tee_receiver.hpp"

namespace astream::cli {

namespace {

constexpr const char* kUsageText =
    "astream levels - level and loudness meter: a live display on a terminal, a table in a pipe\n\n"
    "  astream levels [OPTIONS] INPUT... [-- COMMAND ARG...]\n";

constexpr const char* kExampleText =
    "Examples:\n"
    "  astream levels mic:                                  a meter to leave open; q quits\n"
    "  astream levels episode.wav | tail -1                 loudness, true peak of an episode\n"
    "  astream levels --picture song.png song.flac          waveform, spectrogram, loudness as a picture\n"
    "  astream levels --interval 1m --bands third --percentiles 10,50,90 street.wav > noise.csv\n"
    "  astream levels --threshold -50dBFS --hold 10s http://radio.example/live    silence alarm\n"
    "  if astream levels -q --threshold -60dBFS show.wav > /dev/null; then echo no silence; fi\n\n"
    "Columns, keys, exit status: astream-levels(1).";

constexpr int kStdout = 1;
constexpr std::chrono::milliseconds kAlarmTick{200};

}  // namespace

LevelsCommand::LevelsCommand() {
  app_.name("levels");
  prepare_app(app_, kUsageText, kExampleText);
  add_meter_options(app_, levels);
  add_alarm_options(app_, alarm);
  add_picture_options(app_, picture);
  add_input_options(app_, inputs);
  add_set_options(app_, generator.traversal);
  add_audio_options(app_, generator.stream);
  add_on_error_option(app_, generator.on_error);
  add_jobs_option(app_, generator.stream.open);
  add_network_options(app_, generator.stream.open);
  add_live_options(app_, generator.stream.open);
  add_gap_option(app_, generator.stream);
  add_output_options(app_, output, row_format_names(), "csv");
  add_row_text_options(app_, rows);
  add_progress_option(app_, common);
  add_common_options(app_, common);
}

void LevelsCommand::parse(const std::vector<std::string>& args) {
  output.command = parse_with_command(app_, args, inputs);
  if (inputs.is_empty()) throw Error(ErrorKind::usage, "no input", {}, "try astream levels mic:");
  refuse_idle_options();
  check_picture_options(app_, picture, may_be_many(inputs), output.may_overwrite);
  const StreamOptions& stream = generator.stream;
  picture.options.has_source_channels = !stream.channels && stream.picks.empty() && stream.filter.empty();
  picture.options.is_dual_mono = levels.meter.is_dual_mono;
  rows.has_channel = !alarm.threshold_db;
  rows.has_file = may_be_many(inputs);
}

/// An option that would change nothing is a mistake that should be heard of.
void LevelsCommand::refuse_idle_options() const {
  const auto refuse = [this](std::initializer_list<const char*> options, const std::string& why) {
    for (const char* option : options) {
      if (app_.count(option) > 0) throw Error(ErrorKind::usage, std::string(option) + " " + why);
    }
  };
  if (alarm.threshold_db) {
    refuse({"--interval", "--bands", "--percentiles", "--calibration", "--aes17", "--dual-mono", "--picture"},
           "means nothing to --threshold");
  } else {
    refuse({"--alarm", "--hold", "--once"}, "is for --threshold LEVEL");
  }
  const bool has_spl = levels.meter.bands_per_octave > 0 || !levels.meter.percentiles.empty();
  if (!has_spl) refuse({"--calibration"}, "is for --bands and --percentiles");
}

int LevelsCommand::run() {
  apply_common_options(common);
  generator.stream.window = {kFeatureBlock_s, {}};
  generator.stream.tail = Tail::crop;
  // On a terminal rows would only be in the way of who wants a picture.
  const bool has_rows = app_.count("--output") + app_.count("--format") > 0 || !output.command.empty();
  return !picture.path.empty() && !has_rows && is_terminal(kStdout) ? run_picture() : run_rows();
}

int LevelsCommand::run_picture() {
  catch_signals(generator.stream.open.cancel);
  Output target(output);
  const auto receiver = make_picture_receiver(picture.options, picture.path, output.may_overwrite);
  return run_generator(inputs, generator, *receiver, target, wants_progress(common, output));
}

int LevelsCommand::run_rows() {
  const RowFormat& format = choose_row_format(output, "levels");
  refuse_idle_row_options(app_, format);
  catch_signals(generator.stream.open.cancel);
  Output target(output);
  const std::unique_ptr<RowReceiver> writer = format.make(target.sink(), rows);
  if (alarm.threshold_db) return run_alarm(*writer, target);
  LevelReceiver receiver(levels, *writer);
  if (picture.path.empty()) return run_generator(inputs, generator, receiver, target, wants_progress(common, output));
  const auto drawer = make_picture_receiver(picture.options, picture.path, output.may_overwrite);
  TeeReceiver both(*drawer, receiver);
  return run_generator(inputs, generator, both, target, wants_progress(common, output));
}

int LevelsCommand::run_alarm(RowReceiver& writer, Output& target) {
  AlarmReceiver receiver(alarm.options(), alarm.is_once, writer);
  const Ticker ticker{kAlarmTick, [&receiver] { return receiver.tick(Clock::now()); }};
  const int status = run_generator(inputs, generator, receiver, target, wants_progress(common, output), &ticker);
  return status == kOk && receiver.was_raised() ? kAlarm : status;
}

std::unique_ptr<Command> make_levels_command() {
  return std::make_unique<LevelsCommand>();
}

}  // namespace astream::cli
