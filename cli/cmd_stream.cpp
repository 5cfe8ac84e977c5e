#include "cli/cmd_stream.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_status.hpp"
#include "cli/run_generator.hpp"
#include "cli/signals.hpp"
#include "cli/suggest.hpp"
#include "cli/terminal.hpp"
#include "source/scheme_table.hpp"
#include "stream/model_preset.hpp"
#include "stream/shuffle_receiver.hpp"

namespace astream::cli {

namespace {

constexpr double kDefaultWindow_s = 1.0;

constexpr const char* kUsageText =
    "astream - any audio as windows, for any program that reads a pipe\n\n"
    "  astream [OPTIONS] INPUT... [-- COMMAND ARG...]\n"
    "  astream COMMAND [OPTIONS] ...\n";

constexpr const char* kExampleText =
    "Examples:\n"
    "  astream song.mp3                              look at it: a line a second\n"
    "  astream -r 16000 -c 1 -w 1s --overlap 50% 'clips/**/*.flac' | python3 detect.py\n"
    "  astream -f f32le -r 48000 talk.mp4 > talk.f32 samples of a video's sound\n"
    "  astream --start 1m -t 10s -o cut.wav show.m4a ten seconds, exact to the sample\n"
    "  astream tone:440?duration=3s -- ./myclassifier\n"
    "  astream mic:                                  the default microphone; astream devices lists all\n\n"
    "The record format is described in astream-records(5), everything else in astream(1).";

std::string inputs_help() {
  std::string text = "Inputs:\n";
  for (const SchemeRow& row : scheme_table()) {
    std::string line = "  " + std::string(row.example);
    constexpr size_t kColumn = 34;
    line.resize(std::max(kColumn, line.size() + 1), ' ');
    text += line + std::string(row.description) + "\n";
  }
  return text +
         "  'dir/**/*.flac', dir/, list.m3u   globs, folders, playlists (m3u, m3u8, pls, xspf)\n"
         "  NAME=INPUT                        any of these with a label of its own\n";
}

std::string commands_help() {
  std::string text = "Commands:\n";
  for (const CommandRow& row : command_table()) {
    if (row.name.empty()) continue;
    std::string line = "  " + std::string(row.name);
    constexpr size_t kColumn = 34;
    line.resize(kColumn, ' ');
    text += line + std::string(row.summary) + "\n";
  }
  return text;
}

int print_text(const std::string& text) {
  const auto sink = make_fd_sink(kStdout);
  sink->write(text, {});
  sink->close();
  return kOk;
}

/// "chek song.mp3" is a misspelt command rather than a file.
void suggest_command(const std::string& first_name) {
  std::vector<std::string> names;
  for (const CommandRow& row : command_table()) {
    if (!row.name.empty()) names.emplace_back(row.name);
  }
  const bool is_plain_word = first_name.find_first_of("./:=*?[-") == std::string::npos;
  const std::string near = is_plain_word ? nearest_word(first_name, names) : "";
  std::error_code code;
  if (near.empty() || std::filesystem::exists(first_name, code)) return;
  throw Error(ErrorKind::usage, "'" + first_name + "' is no command and no file", {}, "did you mean " + near + "?");
}

}  // namespace

StreamCommand::StreamCommand() {
  generator.stream.window.seconds = kDefaultWindow_s;
  prepare_app(app_, kUsageText, commands_help() + "\n" + inputs_help() + "\n" + kExampleText);
  add_input_options(app_, inputs);
  add_set_options(app_, generator.traversal, &shuffle_buffer);
  add_audio_options(app_, generator.stream);
  add_window_options(app_, generator.stream, has_tail);
  add_preset_options(app_, generator.stream.preset, is_explain);
  add_run_options(app_, generator);
  add_stats_option(app_, stats_interval);
  add_output_options(app_, output, format_names(), "text on a terminal, else records");
  add_progress_option(app_, common);
  add_common_options(app_, common);
}

void StreamCommand::parse(const std::vector<std::string>& args) {
  output.command = parse_with_command(app_, args, inputs);
  if (is_explain && generator.stream.preset.empty()) {
    throw Error(ErrorKind::usage, "--explain needs --for MODEL");
  }
  if (is_explain) return;
  if (inputs.is_empty()) {
    throw Error(ErrorKind::usage, "no input", {}, "try astream song.mp3, or astream --help");
  }
  StreamOptions& stream = generator.stream;
  if (!stream.preset.empty()) apply_preset(app_, stream, has_tail);
  if (stream.hop && stream.overlap) throw Error(ErrorKind::usage, "--hop and --overlap exclude each other");
  constexpr int kAnyRate_hz = 192000;
  if (!stream.window.samples && !(stream.overlap && !stream.overlap->percent && stream.overlap->time.samples)) {
    plan_windows(stream, stream.rate_hz.value_or(kAnyRate_hz));  // says now what can be said without an input
  }
}

int StreamCommand::run() {
  const bool is_stdout_terminal = is_terminal(kStdout);
  apply_common_options(common);
  if (is_explain) return print_text(explain(find_model_preset(generator.stream.preset)));
  const FormatRow& format = choose_format(output, is_stdout_terminal);
  settle_tail(format);
  if (!inputs.names.empty()) suggest_command(inputs.names.front());
  catch_signals(generator.stream.open.cancel);
  return deliver(format, is_stdout_terminal);
}

/// Bare samples in random order can only be told apart when all windows are of one length.
void StreamCommand::settle_tail(const FormatRow& format) {
  if (!has_tail) generator.stream.tail = shuffle_buffer ? Tail::pad : format.default_tail;
  if (!shuffle_buffer) return;
  if (format.name == "wav") {
    throw Error(ErrorKind::usage, "a wav holds sound in its order: --shuffle buffer=N would tear it up", {},
                "use -f records or f32le");
  }
  const bool is_bare = format.default_tail == Tail::crop;
  if (is_bare && generator.stream.tail == Tail::crop) {
    throw Error(ErrorKind::usage, "cropped windows in random order can't be told apart in bare samples", {},
                "use --tail pad or drop, or -f records");
  }
}

int StreamCommand::deliver(const FormatRow& format, bool is_stdout_terminal) {
  Output target(output);
  WriterOptions writer_options;
  writer_options.width = terminal_columns(kStdout);
  writer_options.is_utf8 = is_utf8_locale();
  writer_options.is_colored = is_stdout_terminal && output.path.empty() && wants_color(kStdout);
  writer_options.is_mixed = shuffle_buffer.has_value();
  const std::unique_ptr<Receiver> writer = format.make(target.sink(), writer_options);
  ShuffleReceiver shuffle(shuffle_buffer.value_or(1), generator.traversal.seed, *writer);
  Receiver& receiver = shuffle_buffer ? static_cast<Receiver&>(shuffle) : *writer;
  return run_generator(inputs, generator, receiver, target, wants_progress(common, output), {stats_interval});
}

std::unique_ptr<Command> make_stream_command() {
  return std::make_unique<StreamCommand>();
}

}  // namespace astream::cli
