#include "cli/options_record.hpp"

#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/option_values.hpp"

namespace astream::cli {

namespace {

constexpr double kDay_s = 86400;

SampleBits parse_bits(const std::string& text, const std::string& option) {
  for (const SampleBits bits : {SampleBits::s16, SampleBits::s24, SampleBits::f32}) {
    if (text == bits_name(bits)) return bits;
  }
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "16, 24 or 32f");
}

/// "128k", "96000", "1.4M": thousands, as bit rates are counted.
int64_t parse_bit_rate(const std::string& text, const std::string& option) {
  std::string number = text;
  double factor = 1;
  if (!number.empty() && (number.back() == 'k' || number.back() == 'K')) factor = 1e3;
  if (!number.empty() && number.back() == 'M') factor = 1e6;
  if (factor > 1) number.pop_back();
  const double rate = parse_decimal(number).value_or(0) * factor;
  constexpr double kMost = 1e9;
  if (!(rate >= 1 && rate <= kMost))
    throw Error(ErrorKind::usage, option + ": '" + text + "' is no bit rate", {}, "try 128k");
  return std::llround(rate);
}

/// Whether a limit is a size: "100M", "1.5GB", "64kB". Small letters alone are times: "10m" are minutes.
bool is_size(const std::string& text) {
  constexpr std::string_view kPowers = "kKMGT";
  if (text.empty() || text.find(':') != std::string::npos) return false;
  return text.back() == 'B' || kPowers.find(text.back()) != std::string_view::npos;
}

int64_t parse_size(const std::string& text, const std::string& option) {
  constexpr int64_t kLeast = 64 << 10;
  const int64_t bytes = parse_bytes(text, option);
  if (bytes < kLeast) throw Error(ErrorKind::usage, option + ": " + text + " is too small", {}, "64k is the least");
  return bytes;
}

TimeSpec parse_length(const std::string& text, const std::string& option) {
  const TimeSpec time = parse_time(text, option);
  constexpr double kLeast_s = 0.01;
  if (time.samples ? *time.samples < 1 : time.seconds < kLeast_s) {
    throw Error(ErrorKind::usage, option + ": '" + text + "' is too short", {}, "try 1h");
  }
  return time;
}

void parse_split(const std::string& text, SplitOptions& split) {
  split = {};
  if (is_size(text)) {
    split.size_bytes = parse_size(text, "--split");
  } else {
    split.time = parse_length(text, "--split");
  }
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// "10g" looks like a size.
void refuse_small_letter(const std::string& text, const std::string& option) {
  const size_t letter = text.find_first_not_of("0123456789.");
  if (letter == 0 || letter == std::string::npos || letter + 1 != text.size()) return;
  if (text.back() != 'g' && text.back() != 't') return;
  const std::string right = text.substr(0, letter) + (text.back() == 'g' ? "G" : "T");
  throw Error(ErrorKind::usage, option + ": '" + text + "' is neither a time nor a size", {}, "a size is " + right);
}

KeepLimit parse_keep(const std::string& text, const std::string& option) {
  KeepLimit limit;
  constexpr int kMostFiles = 1'000'000'000;
  if (is_number(text)) {
    limit.files = parse_number(text, option, 1, kMostFiles);
  } else if (is_size(text)) {
    limit.bytes = parse_size(text, option);
  } else {
    refuse_small_letter(text, option);
    parse_length(text, option);
    limit.age_s = parse_seconds(text, option, "30d");
  }
  return limit;
}

bool parse_split_at(const std::string& text, const std::string& option) {
  if (text == "clock") return true;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "clock");
}

void check_clock(const RecordOptions& options) {
  const auto& time = options.recorder.split.time;
  if (!options.is_split_at_clock) return;
  if (!time || time->samples)
    throw Error(ErrorKind::usage, "--split-at clock needs a time in --split", {}, "try --split 1h");
  const double period_s = time->seconds;
  if (period_s < 1 || period_s != std::floor(period_s) || std::fmod(kDay_s, period_s) != 0) {
    throw Error(ErrorKind::usage,
                "--split-at clock: the time of --split must divide a day into equal parts of whole seconds", {},
                "try 1h, 15m or 1d");
  }
}

void check_log(const RecorderOptions& recorder) {
  if (recorder.log_path.empty()) return;
  if (recorder.log_path == "-")
    throw Error(ErrorKind::usage, "--log - : the log needs a file", {}, "try --log take.jsonl");
  namespace fs = std::filesystem;
  if (fs::path(recorder.log_path).lexically_normal() == fs::path(recorder.path).lexically_normal()) {
    throw Error(ErrorKind::usage, "--log and -o name the same file: " + recorder.path, {}, "try --log take.jsonl");
  }
}

void check_names(const RecordOptions& options, bool may_be_many_inputs) {
  const RecorderOptions& recorder = options.recorder;
  const RecordingName name(recorder.path, recorder.split.is_utc);
  const bool is_stdout = recorder.path == "-";
  const bool has_many_files = recorder.split.is_wanted() || recorder.trigger.has_value();
  const bool tells_files = name.has_time() || name.has_index();
  if (is_stdout && (has_many_files || recorder.keep || !recorder.on_split.empty())) {
    throw Error(ErrorKind::usage, "-o -: --split, --trigger, --keep and --on-split need files", {},
                "try -o 'take-{index}.wav'");
  }
  if (has_many_files && !tells_files) {
    throw Error(ErrorKind::usage, "-o " + recorder.path + ": several files would get the same name", {},
                "put a time or {index} into it: 'take-%Y%m%d-%H%M%S.wav', 'take-{index:3}.wav'");
  }
  if (may_be_many_inputs && is_stdout) {
    throw Error(ErrorKind::usage, "-o -: standard output holds one input", {},
                "record each to a file: -o '{name}.wav'");
  }
  if (may_be_many_inputs && !(name.tells_streams() || name.has_index())) {
    throw Error(ErrorKind::usage, "-o " + recorder.path + ": several inputs would get the same name", {},
                "put {label}, {name}, {stream} or {index} into it: '{name}.flac'");
  }
  if (recorder.keep && !tells_files) {
    throw Error(ErrorKind::usage, "--keep: a recording of one file has none to delete", {},
                "put a time or {index} into the name");
  }
}

}  // namespace

void add_recording_options(CLI::App& app, RecordOptions& options) {
  RecorderOptions& recorder = options.recorder;
  app.add_option("-o,--output", recorder.path,
                 "the file, or a template with {label} {name} {stream} {index} %Y%m%d-%H%M%S")
      ->type_name("FILE")
      ->group("Output");
  app.add_flag("-y,--overwrite", recorder.may_overwrite, "overwrite files that exist")->group("Output");
  app.add_option("--encoder", options.encoder, "one of " + recording_format_names() + " [by the name's suffix]")
      ->type_name("NAME")
      ->group("Output");
  add_parsed(app, "--bits", "--bits", recorder.settings.bits, parse_bits, "16|24|32f",
             "of wav, flac and mka [as the source has them]")
      ->group("Output");
  add_parsed(app, "--bitrate", "--bitrate", recorder.settings.bit_rate, parse_bit_rate, "RATE",
             "of mp3, m4a, aac, ogg and opus, in bit/s (128k)")
      ->group("Output");
  add_parsed(
      app, "--quality", "--quality", recorder.settings.quality,
      [](const std::string& t, const std::string& o) { return parse_real(t, o, -1000, 1000); }, "Q",
      "mp3 0 to 9, 0 is best [2]; ogg -1 to 10 [5]; flac: effort, 0 to 12 [5]")
      ->group("Output");
}

void add_file_options(CLI::App& app, RecordOptions& options) {
  RecorderOptions& recorder = options.recorder;
  app.add_option_function<std::string>(
         "--split", [&recorder](const std::string& text) { parse_split(text, recorder.split); },
         "go on in another file after a time (1h), or before it gets larger than a size (100M)")
      ->type_name("T|SIZE")
      ->group("Files");
  add_parsed(app, "--split-at", "--split-at", options.is_split_at_clock, parse_split_at, "clock",
             "begin files where the clock shows a multiple of --split")
      ->group("Files");
  app.add_flag("--utc", recorder.split.is_utc, "times in names and of --split-at are UTC [local time]")->group("Files");
  add_parsed(app, "--keep", "--keep", recorder.keep, parse_keep, "N|AGE|SIZE",
             "delete the oldest files of this recording beyond a number, an age (30d) or a size (10G)")
      ->group("Files");
  add_parsed(app, "--on-split", "--on-split", recorder.on_split, split_words, "COMMAND",
             "run it for each finished file, whose name is its last argument; no shell")
      ->group("Files");
  app.add_option("--log", recorder.log_path, "write what happens to FILE, as lines of JSON with sample positions")
      ->type_name("FILE")
      ->group("Files");
}

void add_trigger_options(CLI::App& app, RecordOptions& options) {
  auto& trigger = options.recorder.trigger;
  const auto ensure = [&trigger]() -> TriggerTimes& {
    constexpr double kPre_s = 2;
    constexpr double kPost_s = 5;
    if (!trigger) trigger = TriggerTimes{1, {kPre_s, {}}, {kPost_s, {}}};
    return *trigger;
  };
  app.add_option_function<std::string>(
         "--trigger", [ensure](const std::string& text) { ensure().threshold_db = parse_dbfs(text, "--trigger"); },
         "record only where a sample reaches this level (-40dBFS), a file for each event")
      ->type_name("LEVEL")
      ->group("Trigger");
  app.add_option_function<std::string>(
         "--pre", [ensure](const std::string& text) { ensure().pre = parse_time(text, "--pre"); },
         "so much of what came before [2s]")
      ->type_name("T")
      ->group("Trigger");
  app.add_option_function<std::string>(
         "--post", [ensure](const std::string& text) { ensure().post = parse_time(text, "--post"); },
         "so long after the last loud sample [5s]")
      ->type_name("T")
      ->group("Trigger");
}

void check_record_options(const CLI::App& app, RecordOptions& options, bool may_be_many_inputs) {
  RecorderOptions& recorder = options.recorder;
  if (recorder.path.empty()) throw Error(ErrorKind::usage, "record needs -o FILE", {}, "try -o take.flac");
  recorder.format = &choose_recording_format(recorder.path, options.encoder);
  check_settings(*recorder.format, recorder.settings);
  check_clock(options);
  recorder.split.is_at_clock = options.is_split_at_clock;
  for (const char* option : {"--pre", "--post"}) {
    if (app.count(option) > 0 && app.count("--trigger") == 0) {
      throw Error(ErrorKind::usage, std::string(option) + " is for --trigger LEVEL");
    }
  }
  check_names(options, may_be_many_inputs);
  check_log(recorder);
  const RecordingName name(recorder.path, recorder.split.is_utc);
  if (recorder.split.is_utc && !name.has_time() && !recorder.split.is_at_clock) {
    throw Error(ErrorKind::usage, "--utc changes nothing: the name has no time, and nothing is split by the clock");
  }
}

}  // namespace astream::cli
