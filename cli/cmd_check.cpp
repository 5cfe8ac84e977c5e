#include "cli/cmd_check.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "base/uri.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_status.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "formats/byte_sink.hpp"
#include "formats/text_cells.hpp"
#include "source/scheme_table.hpp"

namespace astream::cli {

namespace {

constexpr const char* kUsageText =
    "astream check - what each input is, or why it gives no audio\n\n"
    "  astream check [OPTIONS] INPUT...\n";

constexpr const char* kExampleText =
    "Examples:\n"
    "  astream check talk.mp4                        container, codec, rate, channels, tracks, tags\n"
    "  astream check --json 'dataset/**/*.flac' | jq -r 'select(.ok|not).uri'\n\n"
    "Exit status: 0 all give audio, 1 none does, 3 some don't, 4 no input matched.";

std::string rate_text(const AudioFormat& format, const std::string& layout) {
  const std::string channels = layout.empty() ? std::to_string(format.channels) + " ch" : layout;
  return std::to_string(format.rate_hz) + " Hz " + channels;
}

/// One readable line, e.g. "song.mp3: mp3, mp3 44100 Hz stereo, 0:03:25.1, 128 kb/s, artist=X title=Y".
std::string describe(const SourceInfo& info) {
  std::string text = info.container + ", " + info.codec + " " + rate_text(info.format, info.layout);
  if (info.bits > 0) text += ", " + std::to_string(info.bits) + " bits";
  text += info.duration_s ? ", " + format_clock(*info.duration_s, 2) : ", length unknown";
  constexpr int64_t kBitsPerKilobit = 1000;
  if (info.bit_rate >= kBitsPerKilobit) text += ", " + std::to_string(info.bit_rate / kBitsPerKilobit) + " kb/s";
  if (info.tracks.size() > 1) {
    text += ", tracks:";
    int number = 0;
    for (const TrackInfo& track : info.tracks) {
      text += track.kind == "audio" ? " audio " + std::to_string(++number) : " " + track.kind;
      text += " (" + track.codec + (track.language.empty() ? "" : " " + track.language) + ")";
    }
  }
  if (!info.tags.empty()) text += ", tags:";
  for (const auto& [key, value] : info.tags) text += " " + key + "=" + value;
  return text;
}

nlohmann::ordered_json track_json(const TrackInfo& track) {
  nlohmann::ordered_json json = {{"kind", track.kind}, {"codec", track.codec}};
  if (track.format.rate_hz > 0) json["rate"] = track.format.rate_hz;
  if (track.format.channels > 0) json["channels"] = track.format.channels;
  if (!track.language.empty()) json["language"] = to_utf8(track.language);
  if (!track.title.empty()) json["title"] = to_utf8(track.title);
  return json;
}

nlohmann::ordered_json source_json(const Input& input, const SourceInfo& info) {
  nlohmann::ordered_json json = {
      {"uri", shown_uri(input)},          {"label", label_of(input)}, {"ok", true},
      {"container", info.container},      {"codec", info.codec},      {"rate", info.format.rate_hz},
      {"channels", info.format.channels}, {"layout", info.layout}};
  if (info.bits > 0) json["bits"] = info.bits;
  if (info.duration_s) json["duration"] = *info.duration_s;
  if (info.bit_rate > 0) json["bit_rate"] = info.bit_rate;
  json["tracks"] = nlohmann::ordered_json::array();
  for (const TrackInfo& track : info.tracks) json["tracks"].push_back(track_json(track));
  json["tags"] = nlohmann::ordered_json::object();
  for (const auto& [key, value] : info.tags) json["tags"][to_utf8(key)] = to_utf8(value);
  return json;
}

nlohmann::ordered_json failure_json(const Input& input, const Error& error) {
  return {{"uri", shown_uri(input)},
          {"label", label_of(input)},
          {"ok", false},
          {"kind", kind_name(error.kind())},
          {"message", to_utf8(error.message())},
          {"hint", to_utf8(error.hint())}};
}

/// The line for one input; counts into `summary`.
std::string check_one(const Resolved& resolved, const OpenOptions& open, bool is_json, RunSummary& summary) {
  const std::string uri = shown_uri(resolved.input);
  try {
    if (resolved.failure) std::rethrow_exception(resolved.failure);
    const std::unique_ptr<Source> source = open_source(resolved.input, open);
    ++summary.delivered;
    return is_json ? source_json(resolved.input, source->info()).dump()
                   : uri + ": " + printable_text(describe(source->info()), true);
  } catch (const Error& error) {
    ++summary.failed;
    if (resolved.failure && error.kind() == ErrorKind::resolve) ++summary.unmatched;
    if (is_json) return failure_json(resolved.input, error).dump();
    return uri + ": no audio: " +
           printable_text(error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")"), true);
  }
}

}  // namespace

CheckCommand::CheckCommand() {
  app_.name("check");
  prepare_app(app_, kUsageText, kExampleText);
  add_input_options(app_, inputs);
  add_track_option(app_, open);
  add_network_options(app_, open);
  app_.add_flag("--json", is_json, "one JSON object per input")->group("Output");
  add_common_options(app_, common);
}

void CheckCommand::parse(const std::vector<std::string>& args) {
  const auto dashes = std::find(args.begin(), args.end(), "--");
  parse_args(app_, {args.begin(), dashes});
  unmark_inputs(inputs.names);
  if (dashes != args.end()) inputs.names.insert(inputs.names.end(), dashes + 1, args.end());
  if (inputs.is_empty()) throw Error(ErrorKind::usage, "no input", {}, "try astream check song.mp3");
}

int CheckCommand::run() {
  apply_common_options(common);
  catch_signals(open.cancel);
  const auto sink = make_fd_sink(kStdout);
  Resolver resolver = make_resolver(inputs, open);
  RunSummary summary;
  while (auto resolved = resolver.next()) {
    if (open.cancel.is_requested()) throw Cancelled{};
    ++summary.streams;
    sink->write(check_one(*resolved, open, is_json, summary) + "\n", {});
    sink->flush();
  }
  sink->close();
  return status_of(summary);
}

std::unique_ptr<Command> make_check_command() {
  return std::make_unique<CheckCommand>();
}

}  // namespace astream::cli
