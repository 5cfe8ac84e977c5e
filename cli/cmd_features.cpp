#include "cli/cmd_features.hpp"

#include "base/error.hpp"
#include "base/version.hpp"
#include "cli/calibrate.hpp"
#include "cli/command_line.hpp"
#include "cli/feature_list.hpp"
#include "cli/feature_meta.hpp"
#include "cli/option_values.hpp"
#include "cli/options_features.hpp"
#include "cli/row_output.hpp"
#include "cli/run_generator.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"

namespace astream::cli {

namespace {

constexpr const char* kUsageText =
    "astream features - audio features as a table, with the numbers of the tools people trust\n\n"
    "  astream features [OPTIONS] INPUT... [-- COMMAND ARG...]\n";

constexpr const char* kExampleText =
    "Examples:\n"
    "  astream features -F spectral,level song.flac > song.csv\n"
    "  astream features -F logmel --mel-style whisper -f records talk.mp3 | python3 model.py\n"
    "  astream features -F mfcc --stats mean,std 'clips/**/*.wav' > clips.csv    a row a second\n"
    "  astream features -F laeq_db,la90_db -w 1m --calibration 120 street.wav    noise, minute by minute\n"
    "  astream features -F indices 'forest/*.flac'                               acoustic indices\n\n"
    "Columns and groups: astream features --list. Everything else: astream-features(1).";

/// As select_features, with a guess at what a name that is none may have meant.
std::vector<SelectedGroup> select_named(const std::vector<std::string>& names) {
  try {
    return select_features(names);
  } catch (const Error& error) {
    for (const std::string& name : names) {
      const std::string guess = guess_feature(name);
      const bool is_known = error.message().find('\'' + name + '\'') == std::string::npos;
      if (!is_known && !guess.empty())
        throw Error(ErrorKind::usage, error.message(), {}, "did you mean " + guess + "? --list has them all");
    }
    throw;
  }
}

}  // namespace

FeaturesCommand::FeaturesCommand() {
  app_.name("features");
  prepare_app(app_, kUsageText, kExampleText);
  names = {"level", "zcr", "spectral"};
  add_parsed(app_, "-F,--features", "--features", names, split_list, "NAME[,NAME...]",
             "groups or single columns [level,zcr,spectral]")
      ->group("Features");
  app_.add_flag("--list", is_list, "describe every group and column, and end (with -f jsonl as JSON)")
      ->group("Features");
  add_row_options(app_, features.rows);
  add_segment_options(app_, segments, threshold_db);
  add_input_options(app_, inputs);
  add_set_options(app_, generator.traversal);
  add_audio_options(app_, generator.stream, &is_each);
  add_run_options(app_, generator);
  add_frame_options(app_, features.options.frame);
  add_mel_options(app_, features.options);
  add_level_options(app_, features.options);
  app_.add_option("--calibrate", calibrator_path, "take --calibration from a recording of a calibrator's tone")
      ->type_name("FILE")
      ->group("Levels and loudness");
  add_parsed(
      app_, "--calibrator", "--calibrator", calibrator_db,
      [](const std::string& t, const std::string& o) { return parse_real(t, o, 0, 200); }, "DB",
      "the level of that tone in dB SPL [94]")
      ->group("Levels and loudness");
  add_event_options(app_, features.options);
  add_output_options(app_, output, row_format_names(), "csv");
  add_row_text_options(app_, rows);
  app_.add_option("--meta", meta_path, "write columns, units and settings to FILE as JSON")
      ->type_name("FILE")
      ->group("Output");
  add_progress_option(app_, common);
  add_common_options(app_, common);
}

void FeaturesCommand::parse(const std::vector<std::string>& args) {
  output.command = parse_with_command(app_, args, inputs);
  if (is_list) return check_list();
  if (inputs.is_empty()) throw Error(ErrorKind::usage, "no input", {}, "try astream features song.mp3");
  if (features.rows.hop && features.rows.overlap) {
    throw Error(ErrorKind::usage, "--hop and --overlap exclude each other");
  }
  if (!calibrator_path.empty() && features.options.spl.calibration_db) {
    throw Error(ErrorKind::usage, "--calibrate and --calibration exclude each other");
  }
  if (segments && (app_.count("--features") > 0 || is_each)) {
    throw Error(ErrorKind::usage, "--segments gives segments in place of features, of all channels together", {},
                "leave -F and -c each out");
  }
  refuse_idle_options();
  features.features = select_named(names);
  if (!segments) refuse_idle_feature_options(app_, features.features);
  features.channel_mode = is_each ? ChannelMode::each : ChannelMode::mean;
  if (!generator.stream.rate_hz) {
    generator.stream.rate_hz = rate_of_style(features.features, features.options.mel.style);
  }
  rows.has_channel = is_each;
  rows.is_double |= segments.has_value();  // a float32 does not tell samples apart after a few minutes
  rows.has_file = may_be_many(inputs);
  check_request();
}

void FeaturesCommand::check_request_at(int rate_hz) const {
  FeatureRequest request;
  request.format = {rate_hz, 1};
  request.features = features.features;
  request.options = features.options;
  request.rows = plan_rows(features.rows, features.features, features.options.mel.style, rate_hz);
  FeatureExtractor(request, [](const FeatureRow&) {});
}

/// An option that would change nothing is a mistake that should be heard of.
void FeaturesCommand::refuse_idle_options() const {
  if (segments) {
    refuse_options(app_, {"--stats", "--patches", "--window", "--hop", "--overlap", "--tail"},
                   "means nothing to --segments");
  }
  if (segments != SegmentKind::silence) refuse_options(app_, {"--threshold"}, "is for --segments silence");
  if (calibrator_path.empty()) refuse_options(app_, {"--calibrator"}, "is for --calibrate FILE");
}

void FeaturesCommand::refuse_idle_options(const RowFormat& format) const {
  refuse_idle_row_options(app_, format);
  if (format.name != "records") return;  // its values are float32, too short for times
  refuse_options(app_, {"--double", "--segments"}, "means nothing to the format records");
}

/// Says now what no input can make right: what goes together at some rate is left to the inputs.
void FeaturesCommand::check_request() const {
  if (generator.stream.rate_hz) return check_request_at(*generator.stream.rate_hz);
  std::optional<Error> first;
  for (const int rate_hz : {48000, 16000, 8000, 96000, 192000, 384000}) {
    try {
      return check_request_at(rate_hz);
    } catch (const Error& error) {
      if (!first) first = error;
    }
  }
  throw *first;
}

/// The list is of all there is, whatever the input.
void FeaturesCommand::check_list() const {
  refuse_options(app_, {"--features", "--output"}, "means nothing to --list");
  if (!inputs.is_empty()) throw Error(ErrorKind::usage, "--list takes no inputs");
  if (!output.format.empty() && output.format != "jsonl")
    throw Error(ErrorKind::usage, "--list is text, or JSON lines with -f jsonl, not " + output.format);
}

int FeaturesCommand::print_list() const {
  const auto sink = make_fd_sink(kStdout);
  sink->write(output.format == "jsonl" ? feature_list_json() : feature_list_text(terminal_columns(kStdout)), {});
  sink->close();
  return 0;
}

int FeaturesCommand::run() {
  apply_common_options(common);
  if (is_list) return print_list();
  const RowFormat& format = choose_row_format(output, "features");
  refuse_idle_options(format);
  catch_signals(generator.stream.open.cancel);
  if (!calibrator_path.empty()) {
    features.options.spl.calibration_db = calibrator_db - level_of_input_dbfs(calibrator_path, generator.stream.open);
  }
  return deliver(format);
}

std::unique_ptr<Receiver> FeaturesCommand::make_receiver(RowReceiver& writer) const {
  if (!segments) return std::make_unique<FeatureReceiver>(features, writer);
  SegmentOptions options{*segments, features.options.vad, threshold_db};
  if (app_.count("--min-silence") > 0) options.min_silence_s = features.options.vad.min_silence_s;
  return std::make_unique<SegmentReceiver>(options, writer);
}

int FeaturesCommand::deliver(const RowFormat& format) {
  Output target(output);
  std::unique_ptr<RowReceiver> writer = format.make(target.sink(), rows);
  if (!meta_path.empty()) writer = make_meta_writer(std::move(writer), meta_path, output.may_overwrite);
  const std::unique_ptr<Receiver> receiver = make_receiver(*writer);
  generator.stream.window = {kFeatureBlock_s, {}};
  generator.stream.tail = Tail::crop;
  return run_generator(inputs, generator, *receiver, target, wants_progress(common, output));
}

std::unique_ptr<Command> make_features_command() {
  return std::make_unique<FeaturesCommand>();
}

}  // namespace astream::cli
