#include "cli/cmd_record.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_status.hpp"
#include "cli/run_generator.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "formats/packet_recorder.hpp"
#include "formats/recorder.hpp"
#include "formats/tee_receiver.hpp"
#include "stream/queued_receiver.hpp"
#include "stream/window_cutter.hpp"

namespace astream::cli {

namespace {

constexpr double kDefaultWindow_s = 1.0;
/// What is recorded comes in blocks of that length.
constexpr double kBlock_s = 0.02;
constexpr const char* kPassName = "--pass";

constexpr const char* kUsageText =
    "astream record - audio to disk, without losing any of it\n\n"
    "  astream record [OPTIONS] INPUT... -o FILE\n";

constexpr const char* kExampleText =
    "Examples:\n"
    "  astream record mic: -o take.flac                        until ^C\n"
    "  astream record http://host/live.mp3 -o 'radio-%Y%m%d-%H%M.flac' --split 1h --split-at clock\n"
    "  astream record rtsp://camera/stream -o 'cam/%F.opus' --split 1d --split-at clock --keep 30d\n"
    "  astream record mic: -o 'bird-%Y%m%d-%H%M%S.wav' --trigger -40dBFS --pre 2s --post 5s\n"
    "  astream record 'talks/*.mp4' -o '{name}.mp3' --bitrate 96k\n"
    "  astream record mic: -o day.flac --pass records -w 1s | python3 classify.py\n\n"
    "Everything else: astream-record(1).";

struct PassWriter {
  std::unique_ptr<ByteSink> sink;
  std::unique_ptr<Receiver> writer;
};

}  // namespace

RecordCommand::RecordCommand() {
  app_.name("record");
  prepare_app(app_, kUsageText, kExampleText);
  pass.window.seconds = kDefaultWindow_s;
  add_recording_options(app_, record);
  app_.add_flag("--copy", is_copy, "store the coded packets of the input as they are, without decoding them")
      ->group("Output");
  add_file_options(app_, record);
  add_trigger_options(app_, record);
  app_.add_option("--pass", pass_format, "also write windows to stdout: one of " + format_names())
      ->type_name("FORMAT")
      ->group("Windows");
  add_window_options(app_, pass, has_tail);
  add_input_options(app_, inputs);
  add_audio_options(app_, generator.stream);
  add_run_options(app_, generator);
  add_stats_option(app_, stats_interval);
  add_progress_option(app_, common);
  add_common_options(app_, common);
}

void RecordCommand::check_pass() const {
  if (pass_format.empty()) {
    return refuse_options(app_, {"--window", "--hop", "--overlap", "--tail"}, "is for the windows of --pass FORMAT");
  }
  if (find_format(pass_format) == nullptr) {
    throw Error(ErrorKind::usage, "--pass: '" + pass_format + "' is no format", {}, "one of " + format_names());
  }
  if (record.recorder.path == "-") throw Error(ErrorKind::usage, "-o - and --pass both write to stdout");
  if (pass.hop && pass.overlap) throw Error(ErrorKind::usage, "--hop and --overlap exclude each other");
  constexpr int kAnyRate_hz = 192000;
  plan_windows(pass, generator.stream.rate_hz.value_or(kAnyRate_hz));
}

void RecordCommand::parse(const std::vector<std::string>& args) {
  if (!parse_with_command(app_, args, inputs).empty()) {
    throw Error(ErrorKind::usage, "record feeds no command", {}, "try --pass records | COMMAND");
  }
  if (inputs.is_empty()) throw Error(ErrorKind::usage, "no input", {}, "try astream record mic: -o take.flac");
  check_record_options(app_, record, may_be_many(inputs) && !is_one_as_a_rule(inputs));
  check_pass();
  if (is_copy) check_copy();
}

/// What is not decoded can't be changed, nor looked at.
void RecordCommand::check_copy() const {
  refuse_options(
      app_,
      {"--rate", "--channels", "--channel", "--filter", "--resample", "--start", "--pace", "--jobs", "--bits",
       "--bitrate", "--quality", "--trigger", "--pass", "--on-gap", "--on-lag", "--buffer", "--stats", "--progress"},
      "means nothing to --copy");
  if (record.recorder.format->is_pcm()) {
    throw Error(ErrorKind::usage,
                "--copy: there are no packets to copy into " + std::string(record.recorder.format->name), {},
                "without --copy the samples are the same");
  }
}

int RecordCommand::copy() {
  PacketRunOptions options;
  options.open = generator.stream.open;
  options.on_error = generator.on_error;
  options.duration = generator.stream.duration;
  PacketRecorder recorder(record.recorder, options.duration.has_value());
  return status_of(run_packets(make_resolver(inputs, options.open), options, recorder));
}

int RecordCommand::run_into(Receiver& receiver) {
  OutputOptions output;
  output.path = record.recorder.path == "-" || !pass_format.empty() ? "" : record.recorder.path;
  return status_of(run_inputs(inputs, generator, receiver, wants_progress(common, output), {stats_interval}).summary);
}

/// What writes the windows to stdout; it owns all that it uses.
std::shared_ptr<Receiver> RecordCommand::make_pass_writer() {
  if (is_terminal(kStdout) && find_format(pass_format)->is_binary) {
    throw Error(ErrorKind::usage, "--pass " + pass_format + " is binary and would garble the terminal", {},
                "pipe it into a program, or use --pass text");
  }
  OutputOptions output;
  output.format = pass_format;
  const FormatRow& format = choose_format(output, is_terminal(kStdout));
  if (!has_tail) pass.tail = format.default_tail;
  WriterOptions writer_options;
  writer_options.width = terminal_columns(kStdout);
  writer_options.is_utf8 = is_utf8_locale();
  auto owned = std::make_shared<PassWriter>();
  owned->sink = make_fd_sink(kStdout);
  owned->writer = format.make(*owned->sink, writer_options);
  return {owned, owned->writer.get()};
}

/// The recording counts: what becomes of the reader of the windows does not end it.
int RecordCommand::run_beside(Recorder& recorder, Receiver& windows) {
  WindowCutter cutter(pass, windows);
  TeeReceiver tee(recorder, cutter, kPassName);
  const int status = run_into(tee);
  return status == kOk && tee.has_failed() ? kFailed : status;
}

/// A slow reader must not cost the recording anything, unless it was asked to by --on-lag block.
int RecordCommand::run_with_pass(Recorder& recorder) {
  const std::shared_ptr<Receiver> writer = make_pass_writer();
  const LiveOptions& live = generator.stream.open.live;
  if (live.on_lag == OnLag::block) return run_beside(recorder, *writer);
  QueuedOptions options;
  options.name = kPassName;
  options.on_lag = live.on_lag.value_or(OnLag::drop_oldest);
  options.room = live.buffer;
  options.cancel = generator.stream.open.cancel;
  options.tell_lag = [&recorder](const LagNotice& notice) { recorder.tell_lag(notice); };
  QueuedReceiver queued(writer, options);
  generator.await_receiver = [&queued](Clock::time_point deadline) { return queued.await_room(deadline); };
  return run_beside(recorder, queued);
}

int RecordCommand::run() {
  apply_common_options(common);
  const RecorderOptions& recording = record.recorder;
  if (recording.path == "-" && is_terminal(kStdout)) {
    throw Error(ErrorKind::usage, "a recording is binary and would garble the terminal", {},
                "pipe it into a program, or use -o FILE");
  }
  catch_signals(generator.stream.open.cancel);
  if (is_copy) return copy();
  generator.stream.window = {kBlock_s, {}};
  generator.stream.tail = Tail::crop;
  generator.stream.keeps_rest = true;
  Recorder recorder(recording);
  if (!pass_format.empty()) return run_with_pass(recorder);
  return run_into(recorder);
}

std::unique_ptr<Command> make_record_command() {
  return std::make_unique<RecordCommand>();
}

}  // namespace astream::cli
