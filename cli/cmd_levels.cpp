#include "cli/cmd_levels.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"
#include "cli/command_line.hpp"
#include "cli/display_terminal.hpp"
#include "cli/draw_display.hpp"
#include "cli/exit_status.hpp"
#include "cli/levels_display.hpp"
#include "cli/row_output.hpp"
#include "cli/run_generator.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "formats/picture/picture_receiver.hpp"
#include "formats/tee_receiver.hpp"
#include "stream/alarm_receiver.hpp"
#include "stream/feature_receiver.hpp"

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

constexpr std::chrono::milliseconds kAlarmTick{200};
constexpr int kMostWatched = 16;  // stored inputs at once; more than have room wait

View parse_view(const std::string& text, const std::string& option) {
  if (text == "meter") return View::meter;
  if (text == "spectrum") return View::spectrum;
  if (text == "spectrogram") return View::spectrogram;
  if (text == "all") return View::all;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no view", {}, "meter, spectrum, spectrogram or all");
}

/// What of the options asks for rows, also on a terminal.
constexpr std::initializer_list<const char*> kRowOptions = {
    "--interval", "--bands",    "--percentiles", "--calibration", "--format", "--output", "--threshold",
    "--stats",    "--progress", "--sep",         "--crlf",        "--na",     "--double", "--time"};

}  // namespace

LevelsCommand::LevelsCommand() {
  app_.name("levels");
  prepare_app(app_, kUsageText, kExampleText);
  add_parsed(app_, "--view", "--view", view, parse_view, "VIEW",
             "what the display begins with: meter, spectrum, spectrogram or all [all]")
      ->group("Display");
  add_meter_options(app_, levels);
  add_alarm_options(app_, alarm);
  add_picture_options(app_, picture);
  add_input_options(app_, inputs);
  add_set_options(app_, generator.traversal);
  add_audio_options(app_, generator.stream);
  add_run_options(app_, generator);
  add_stats_option(app_, stats_interval);
  add_output_options(app_, output, row_format_names(), "csv");
  add_row_text_options(app_, rows);
  add_progress_option(app_, common);
  add_common_options(app_, common);
}

void LevelsCommand::parse(const std::vector<std::string>& args) {
  output.command = parse_with_command(app_, args, inputs);
  if (inputs.is_empty()) throw Error(ErrorKind::usage, "no input", {}, "try astream levels mic:");
  refuse_idle_options();
  check_picture_options(app_, picture, may_be_many(inputs) && !is_one_as_a_rule(inputs), output.may_overwrite);
  const StreamOptions& stream = generator.stream;
  picture.options.has_source_channels = !stream.channels && stream.picks.empty() && stream.filter.empty();
  picture.options.is_dual_mono = levels.meter.is_dual_mono;
  rows.has_channel = !alarm.threshold_db;
  rows.has_file = may_be_many(inputs);
}

/// An option that would change nothing is a mistake that should be heard of.
void LevelsCommand::refuse_idle_options() const {
  if (alarm.threshold_db) {
    refuse_options(app_,
                   {"--interval", "--bands", "--percentiles", "--calibration", "--aes17", "--dual-mono", "--picture"},
                   "means nothing to --threshold");
  } else {
    refuse_options(app_, {"--alarm", "--hold", "--once"}, "is for --threshold LEVEL");
  }
  const bool has_spl = levels.meter.bands_per_octave > 0 || !levels.meter.percentiles.empty();
  if (!has_spl) refuse_options(app_, {"--calibration"}, "is for --bands and --percentiles");
}

int LevelsCommand::run() {
  apply_common_options(common);
  generator.stream.window = {kFeatureBlock_s, {}};
  generator.stream.tail = Tail::crop;
  if (!picture.path.empty() && !wants_rows_with_picture()) return run_picture();
  if (picture.path.empty() && wants_display()) {
    if (const auto status = run_display()) return *status;
  }
  return run_rows();
}

/// On a terminal rows would only be in the way of who wants a picture.
bool LevelsCommand::wants_rows_with_picture() const {
  return !is_terminal(kStdout) || app_.count("--output") + app_.count("--format") > 0 || !output.command.empty();
}

int LevelsCommand::run_picture() {
  catch_signals(generator.stream.open.cancel);
  Output target(output);
  const auto receiver = make_picture_receiver(picture.options, picture.path, output.may_overwrite);
  return run_generator(inputs, generator, *receiver, target, wants_progress(common, output), {stats_interval});
}

/// Whether people look: stdout is a terminal that can be drawn on, and nothing says that rows are meant.
bool LevelsCommand::wants_display() const {
  const bool is_for_rows = std::ranges::any_of(kRowOptions, [this](const char* o) { return app_.count(o) > 0; });
  const bool is_possible = is_terminal(kStdout) && !is_for_rows && output.command.empty() && !is_dumb_terminal() &&
                           terminal_columns(kStdout) >= kLeastColumns && terminal_rows(kStdout) >= kLeastRows;
  if (view && !is_possible)
    throw Error(ErrorKind::usage, "--view is for the display, on a terminal that is large enough", {},
                "leave it out, or leave out what asks for rows");
  return is_possible;
}

/// Nothing when the terminal can't be had: rows it is.
std::optional<int> LevelsCommand::run_display() {
  catch_signals(generator.stream.open.cancel);
  std::string why;
  auto terminal = open_display_terminal(why);
  if (terminal == nullptr) {
    log(LogLevel::warning, "no display: " + why);
    return std::nullopt;
  }
  LevelsDisplayOptions options{view.value_or(View::all), levels.meter.is_dual_mono, levels.meter.is_aes17, {}};
  for (const std::string& name : inputs.names)
    options.waiting += (options.waiting.empty() ? "" : " ") + redact_uri(name);
  LevelsDisplay display(std::move(terminal), options);
  generator.stream.is_paced = true;  // a stored input is watched as it would be heard
  generator.stored_at_once = kMostWatched;
  Output target(output);
  const Watch watch{std::nullopt, LevelsDisplay::kFrame, [&display] { return display.tick(); }};
  const int status = run_generator(inputs, generator, display.receiver(), target, false, watch);
  const auto sink = make_fd_sink(kStdout);
  sink->write(display.close(), {});
  sink->close();
  return status;
}

int LevelsCommand::run_rows() {
  const RowFormat& format = choose_row_format(output, "levels");
  refuse_idle_row_options(app_, format);
  if (format.name == "records" && rows.is_double)
    throw Error(ErrorKind::usage, "--double means nothing to the format records");  // its values are float32
  catch_signals(generator.stream.open.cancel);
  Output target(output);
  const std::unique_ptr<RowReceiver> writer = format.make(target.sink(), rows);
  if (alarm.threshold_db) return run_alarm(*writer, target);
  LevelReceiver receiver(levels, *writer);
  if (picture.path.empty()) {
    return run_generator(inputs, generator, receiver, target, wants_progress(common, output), {stats_interval});
  }
  const auto drawer = make_picture_receiver(picture.options, picture.path, output.may_overwrite);
  TeeReceiver both(*drawer, receiver);
  return run_generator(inputs, generator, both, target, wants_progress(common, output), {stats_interval});
}

int LevelsCommand::run_alarm(RowReceiver& writer, Output& target) {
  AlarmReceiver receiver(alarm.options(), alarm.is_once, writer);
  const Watch watch{stats_interval, kAlarmTick, [&receiver] { return receiver.tick(Clock::now()); }};
  const int status = run_generator(inputs, generator, receiver, target, wants_progress(common, output), watch);
  return status == kOk && receiver.was_raised() ? kAlarm : status;
}

std::unique_ptr<Command> make_levels_command() {
  return std::make_unique<LevelsCommand>();
}

}  // namespace astream::cli
