#include "cli/options_input.hpp"

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "base/expand_env.hpp"
#include "base/uri.hpp"
#include "cli/command_line.hpp"
#include "cli/option_values.hpp"
#include "source/cloud_source.hpp"
#include "source/glob.hpp"
#include "source/media_source.hpp"
#include "source/resolve_archive.hpp"
#include "source/resolve_cloud.hpp"
#include "source/resolve_name.hpp"
#include "source/site_program.hpp"
#include "stream/model_preset.hpp"

namespace astream::cli {

namespace {

constexpr int kMaxTracks = 1000;
constexpr int kMaxJobs = 256;
/// More threads than that decode faster than a pipe takes it.
constexpr unsigned kDefaultJobs = 8;

std::vector<int> parse_picks(const std::string& text, const std::string& option) {
  std::vector<int> picks;
  for (const std::string& word : split_list(text, option)) picks.push_back(parse_number(word, option, 1, kMaxChannels));
  return picks;
}

ResampleQuality parse_quality(const std::string& text, const std::string& option) {
  if (text == "hq") return ResampleQuality::hq;
  if (text == "fast") return ResampleQuality::fast;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no quality", {}, "hq or fast");
}

Tail parse_tail(const std::string& text, const std::string& option) {
  if (text == "pad") return Tail::pad;
  if (text == "crop") return Tail::crop;
  if (text == "drop") return Tail::drop;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no rule for the tail", {}, "pad, crop or drop");
}

TimeSpec parse_positive_time(const std::string& text, const std::string& option) {
  const TimeSpec time = parse_time(text, option);
  if (time.samples.value_or(1) == 0 || (!time.samples && time.seconds == 0)) {
    throw Error(ErrorKind::usage, option + ": it must be longer than 0", {}, "try 1s");
  }
  return time;
}

std::optional<int64_t> parse_attempts(const std::string& text, const std::string& option) {
  if (text == "forever") return std::nullopt;
  constexpr int kMostAttempts = 1'000'000'000;
  return parse_number(text, option, 0, kMostAttempts);
}

Transport parse_transport(const std::string& text, const std::string& option) {
  if (text == "auto") return Transport::automatic;
  if (text == "tcp") return Transport::tcp;
  if (text == "udp") return Transport::udp;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no transport", {}, "auto, tcp or udp");
}

OnLag parse_on_lag(const std::string& text, const std::string& option) {
  if (text == "block") return OnLag::block;
  if (text == "drop-oldest") return OnLag::drop_oldest;
  if (text == "drop-newest") return OnLag::drop_newest;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "block, drop-oldest or drop-newest");
}

OnGap parse_on_gap(const std::string& text, const std::string& option) {
  if (text == "skip") return OnGap::skip;
  if (text == "fill") return OnGap::fill;
  if (text == "end") return OnGap::end;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "skip, fill or end");
}

std::chrono::milliseconds parse_wait(const std::string& text, const std::string& option) {
  constexpr double kMaxWait_s = 1e6;
  return std::chrono::milliseconds(
      static_cast<int64_t>(std::min(parse_seconds(text, option, "10s"), kMaxWait_s) * 1000));
}

void parse_delays(const std::string& text, ReconnectLimits& limits) {
  const std::string option = "--reconnect-delay";
  const size_t dots = text.find("..");
  limits.min_delay = parse_wait(text.substr(0, dots), option);
  limits.max_delay = dots == std::string::npos ? limits.min_delay : parse_wait(text.substr(dots + 2), option);
  if (limits.max_delay < limits.min_delay) {
    throw Error(ErrorKind::usage, option + ": the second time is shorter than the first", {}, "try 1s..60s");
  }
  // Without any wait a server that refuses would be asked thousands of times a second.
  limits.min_delay = std::max(limits.min_delay, std::chrono::milliseconds(1));
  limits.max_delay = std::max(limits.max_delay, limits.min_delay);
}

/// With --wait a page that gives nothing yet is asked again when it is opened.
std::string ask_resolving(const Input& input, const OpenOptions& open) {
  try {
    return ask_site(input, open, 0);
  } catch (const Error& error) {
    if (!open.live.wait || error.kind() != ErrorKind::network) throw;
    return {};
  }
}

}  // namespace

void add_input_options(CLI::App& app, InputOptions& options) {
  app.add_option("INPUT", options.names, "what to read");
  app.add_option_function<std::vector<std::string>>(
         "--files-from", [&options](const std::vector<std::string>& paths) { options.list_paths = paths; },
         "read more INPUTs from FILE, one a line; - is stdin")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group("Inputs");
  app.add_flag("-0,--null", options.is_nul_separated,
               "the names in --files-from end with NUL, as find -print0 writes them")
      ->group("Inputs");
  app.add_flag("--expand-env", options.is_env_expanded,
               "put variables of the environment in place of $NAME in URIs; they are shown nowhere")
      ->group("Inputs");
}

void add_track_option(CLI::App& app, OpenOptions& options) {
  add_parsed(
      app, "--track", "--track", options.track,
      [](const std::string& t, const std::string& o) { return parse_number(t, o, 1, kMaxTracks); }, "N",
      "take the N-th audio track of a file that has several")
      ->group("Audio");
}

void add_audio_options(CLI::App& app, StreamOptions& options, bool* is_each) {
  add_parsed(app, "-r,--rate", "--rate", options.rate_hz, parse_rate_hz, "HZ", "resample to HZ (16000, 44.1k)")
      ->group("Audio");
  auto* channels = add_parsed(
      app, "-c,--channels", "--channels", options.channels,
      [is_each](const std::string& t, const std::string& o) -> std::optional<int> {
        if (is_each != nullptr) *is_each = t == "each";
        if (is_each != nullptr && *is_each) return std::nullopt;
        return parse_number(t, o, 1, kMaxChannels);
      },
      is_each != nullptr ? "N|each" : "N",
      is_each != nullptr ? "mix to N channels first; each: a row for each channel [the mean of all]"
                         : "mix to N channels; 1 takes the mean");
  channels->group("Audio");
  add_parsed(app, "--channel", "--channel", options.picks, parse_picks, "K[,K...]", "pick channels, 1 is the first")
      ->group("Audio")
      ->excludes(channels);
  add_track_option(app, options.open);
  add_parsed(app, "--start", "--start", options.start, parse_time, "T", "begin T into each input, to the sample")
      ->group("Audio");
  add_parsed(app, "-t,--duration", "--duration", options.duration, parse_time, "T", "deliver at most T of each input")
      ->group("Audio");
  app.add_option("--filter", options.filter, "run a libavfilter graph first (highpass=f=80,volume=-3dB)")
      ->type_name("GRAPH")
      ->group("Audio");
  add_parsed(app, "--resample", "--resample", options.quality, parse_quality, "hq|fast",
             "quality of -r: hq, or fast (16 bit) [hq]")
      ->group("Audio");
  app.add_flag("--pace", options.is_paced, "deliver a file at its own speed, as if live")->group("Audio");
}

void add_window_options(CLI::App& app, StreamOptions& options, bool& has_tail) {
  add_parsed(app, "-w,--window", "--window", options.window, parse_positive_time, "T", "length of a window [1s]")
      ->group("Windows");
  auto* hop = add_parsed(app, "--hop", "--hop", options.hop, parse_positive_time, "T",
                         "from one window's start to the next [the window]");
  hop->group("Windows");
  add_parsed(app, "--overlap", "--overlap", options.overlap, parse_overlap, "T|P%",
             "or how much a window shares with the last [0]")
      ->group("Windows")
      ->excludes(hop);
  add_parsed(
      app, "--tail", "--tail", options.tail,
      [&has_tail](const std::string& t, const std::string& o) {
        has_tail = true;
        return parse_tail(t, o);
      },
      "RULE", "the rest at the end: pad with zeros, crop, or drop [pad; crop for f32le, s16le and wav]")
      ->group("Windows");
}

namespace {

/// "streams", "buffer=1000", or both.
void parse_shuffle(const std::string& text, TraversalOptions& options, std::optional<int64_t>* buffer) {
  const std::string option = "--shuffle";
  constexpr std::string_view kBuffer = "buffer=";
  constexpr int kMostWindows = 100'000'000;
  for (const std::string& word : split_list(text, option)) {
    if (word == "streams") {
      options.is_shuffled = true;
    } else if (word == "windows") {
      throw Error(ErrorKind::usage, option + ": the windows of a whole set can't be shuffled at once", {},
                  buffer != nullptr ? "streams,buffer=1000 mixes the inputs, then 1000 windows at a time"
                                    : "streams mixes the inputs");
    } else if (!word.starts_with(kBuffer)) {
      throw Error(ErrorKind::usage, option + ": '" + word + "' is no choice", {},
                  buffer != nullptr ? "streams, buffer=N or streams,buffer=N" : "streams");
    } else if (buffer == nullptr) {
      throw Error(ErrorKind::usage, option + ": rows and levels need the windows of each input in order", {},
                  "--shuffle streams mixes the inputs");
    } else {
      *buffer = parse_number(word.substr(kBuffer.size()), option + " buffer", 1, kMostWindows);
    }
  }
}

}  // namespace

void add_set_options(CLI::App& app, TraversalOptions& options, std::optional<int64_t>* shuffle_buffer) {
  constexpr int kMost = 1'000'000'000;
  app.add_option_function<std::string>(
         "--shard",
         [&options](const std::string& text) {
           const size_t slash = text.find('/');
           if (slash == std::string::npos) {
             throw Error(ErrorKind::usage, "--shard: '" + text + "' is no share of a set", {}, "try 1/4");
           }
           options.shards = parse_number(text.substr(slash + 1), "--shard", 1, kMost);
           options.shard = parse_number(text.substr(0, slash), "--shard", 1, static_cast<int>(options.shards));
         },
         "take one input of every N: the K-th, from 1")
      ->type_name("K/N")
      ->group("Set");
  app.add_option_function<std::string>(
         "--sample",
         [&options](const std::string& text) {
           if (text.ends_with('%')) {
             options.sample_percent = parse_overlap(text, "--sample").percent;
           } else {
             options.sample_count = parse_number(text, "--sample", 1, kMost);
           }
         },
         "take so many of the inputs by chance, or each with this probability")
      ->type_name("N|P%")
      ->group("Set");
  app.add_option_function<std::string>(
         "--shuffle",
         [&options, shuffle_buffer](const std::string& text) { parse_shuffle(text, options, shuffle_buffer); },
         shuffle_buffer != nullptr ? "random order: of the inputs, of the windows by a buffer of N, or both"
                                   : "visit the inputs in a random order, another one in each epoch")
      ->type_name(shuffle_buffer != nullptr ? "streams|buffer=N" : "streams")
      ->group("Set");
  add_parsed(
      app, "--seed", "--seed", options.seed,
      [](const std::string& t, const std::string& o) { return static_cast<uint64_t>(parse_number(t, o, 0, kMost)); },
      "N", "of --sample and --shuffle: the same seed, the same order [0]")
      ->group("Set");
  add_parsed(
      app, "--epochs", "--epochs", options.epochs,
      [](const std::string& t, const std::string& o) { return parse_number(t, o, 1, kMost); }, "N",
      "visit all of it N times [1]")
      ->group("Set");
}

void add_preset_options(CLI::App& app, std::string& preset, bool& is_explain) {
  std::string names;
  for (const ModelPreset& row : model_presets()) names += (names.empty() ? "" : ", ") + std::string(row.name);
  add_parsed(
      app, "--for", "--for", preset,
      [](const std::string& t, const std::string&) { return std::string(find_model_preset(t).name); }, "MODEL",
      "rate, channels, window, hop and tail as a model wants them: " + names)
      ->group("Windows");
  app.add_flag("--explain", is_explain, "say what --for MODEL stands for, and end")->group("Windows");
}

void apply_preset(const CLI::App& app, StreamOptions& options, bool& has_tail) {
  const ModelPreset& preset = find_model_preset(options.preset);
  const bool is_own_rate = options.rate_hz.value_or(preset.rate_hz) == preset.rate_hz;
  options.rate_hz = options.rate_hz.value_or(preset.rate_hz);
  if (!options.channels && options.picks.empty()) options.channels = 1;
  const auto length = [&](int64_t samples) {
    TimeSpec time{static_cast<double>(samples) / preset.rate_hz, std::nullopt};
    if (is_own_rate) time.samples = samples;
    return time;
  };
  if (app.count("--window") == 0) {
    options.window = length(preset.window_samples);
    if (!options.hop && !options.overlap) options.hop = length(preset.hop_samples);
  }
  if (!has_tail) options.tail = preset.tail;
  has_tail = true;
}

namespace {

void add_on_error_option(CLI::App& app, OnError& on_error) {
  add_parsed(
      app, "--on-error", "--on-error", on_error,
      [](const std::string& text, const std::string& option) {
        if (text == "skip") return OnError::skip;
        if (text == "stop") return OnError::stop;
        throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "skip or stop");
      },
      "skip|stop", "after an input that fails: go on with the next, or end [skip]")
      ->group("Inputs");
}

void add_jobs_option(CLI::App& app, OpenOptions& options) {
  options.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kDefaultJobs));
  add_parsed(
      app, "-j,--jobs", "--jobs", options.jobs,
      [](const std::string& t, const std::string& o) { return parse_number(t, o, 1, kMaxJobs); }, "N",
      "threads that decode one long file; the output is the same for any N [one a core]")
      ->group("Audio");
}

}  // namespace

void add_network_options(CLI::App& app, OpenOptions& options) {
  add_parsed(app, "--connect-timeout", "--connect-timeout", options.connect_timeout, parse_wait, "T",
             "give up connecting after T [10s]")
      ->group("Network");
  add_parsed(app, "--stall", "--stall", options.stall_timeout, parse_wait, "T", "give up when nothing came for T [30s]")
      ->group("Network");
  app.add_option("--ca-file", options.ca_file, "trust the TLS certificates in FILE (PEM), not the system's")
      ->type_name("FILE")
      ->check(CLI::ExistingFile)
      ->group("Network");
  app.add_flag_function(
         "--insecure", [&options](int64_t) { options.is_tls_verified = false; },
         "accept any TLS certificate, and any key of an SSH host")
      ->group("Network");
  app.add_option("--ytdl", options.site_program, "the yt-dlp program, for ytdl:URL and known sites [yt-dlp]")
      ->type_name("PATH")
      ->group("Network");
}

namespace {

void add_live_options(CLI::App& app, OpenOptions& options) {
  LiveOptions& live = options.live;
  add_parsed(
      app, "--reconnect", "--reconnect", live.reconnect.max_attempts,
      [&live](const std::string& text, const std::string& option) {
        live.is_reconnect_asked = true;
        return parse_attempts(text, option);
      },
      "N|forever", "try so often in a row to connect to a live input again [forever]")
      ->group("Live");
  app.add_option_function<std::string>(
         "--reconnect-delay", [&live](const std::string& text) { parse_delays(text, live.reconnect); },
         "wait so long between the attempts, longer each time [1s..60s]")
      ->type_name("MIN..MAX")
      ->group("Live");
  add_parsed(
      app, "--wait", "--wait", live.wait,
      [](const std::string& text, const std::string& option) {
        return text == "forever" ? LiveOptions::kForever : parse_wait(text, option);
      },
      "[=T]", "keep trying to open a live input that is not there yet, for T if given")
      ->group("Live");
  add_parsed(app, "--transport", "--transport", live.transport, parse_transport, "auto|tcp|udp",
             "of rtsp:// [auto: TCP, or UDP where the server can't]")
      ->group("Live");
  add_parsed(app, "--on-lag", "--on-lag", live.on_lag, parse_on_lag, "RULE",
             "when the reader is too slow: block, drop-oldest or drop-newest [block where the other side can wait]")
      ->group("Live");
  add_parsed(
      app, "--buffer", "--buffer", live.buffer,
      [](const std::string& text, const std::string& option) {
        parse_positive_time(text, option);
        return std::max(parse_wait(text, option), std::chrono::milliseconds(1));
      },
      "T", "keep so much of a live input for a slow reader [10s]")
      ->group("Live");
}

void add_gap_option(CLI::App& app, StreamOptions& options) {
  add_parsed(app, "--on-gap", "--on-gap", options.on_gap, parse_on_gap, "skip|fill|end",
             "where samples are missing: begin a window behind them, fill with zeros, or end [skip]")
      ->group("Live");
}

}  // namespace

void add_stats_option(CLI::App& app, std::optional<std::chrono::milliseconds>& interval) {
  add_parsed(
      app, "--stats", "--stats", interval,
      [](const std::string& text, const std::string& option) {
        parse_positive_time(text, option);
        return std::max(parse_wait(text, option), std::chrono::milliseconds(1));
      },
      "T", "every T a JSON line for each open stream on stderr: state, silence, reconnects, gaps, lag, drift")
      ->group("Live");
}

void add_run_options(CLI::App& app, GeneratorOptions& options) {
  add_on_error_option(app, options.on_error);
  add_jobs_option(app, options.stream.open);
  add_network_options(app, options.stream.open);
  add_live_options(app, options.stream.open);
  add_gap_option(app, options.stream);
}

bool may_be_many(const InputOptions& inputs) {
  if (inputs.names.size() != 1 || !inputs.list_paths.empty()) return true;
  const NamedInput named = read_name(inputs.names.front(), Origin::user);
  const std::string& name = named.input.uri;
  const bool is_list = std::ranges::any_of(std::initializer_list<std::string_view>{".m3u", ".m3u8", ".pls", ".xspf"},
                                           [&](std::string_view suffix) { return name.ends_with(suffix); });
  if (name.starts_with("ytdl:") || is_cloud_list(named.input)) return true;
  if (!named.input.is_path && is_archive_uri(name)) return !names_one_member(name);
  return is_list || named.kind == PathKind::folder || (named.may_be_glob && has_glob_syntax(name));
}

bool is_one_as_a_rule(const InputOptions& inputs) {
  if (inputs.names.size() != 1 || !inputs.list_paths.empty()) return false;
  const Input input = read_name(inputs.names.front(), Origin::user).input;
  if (is_cloud_list(input)) return false;
  const std::string& uri = input.uri;
  return uri.starts_with("ytdl:") || uri.find("://") != std::string::npos || uri.ends_with(".m3u8");
}

Resolver make_resolver(const InputOptions& inputs, const OpenOptions& open) {
  std::vector<NameList> lists;
  for (const std::string& path : inputs.list_paths) {
    lists.push_back({path, inputs.is_nul_separated, inputs.is_env_expanded});
  }
  std::vector<std::string> names = inputs.names;
  if (inputs.is_env_expanded) std::transform(names.begin(), names.end(), names.begin(), expand_env);
  OpenOptions own = open;
  own.abort.emplace();
  const auto fetch = [own](const Input& input) {
    const std::string scheme = uri_scheme(input.uri);
    if (is_listed_cloud(scheme)) return fetch_cloud_list(input, own);
    return scheme == "ytdl" ? ask_resolving(input, own) : fetch_playlist(input, own);
  };
  return {std::move(names), std::move(lists), fetch, own.abort, own.cancel};
}

}  // namespace astream::cli
