// The options that say what is read: inputs, lists of them, audio, network. Shared by the commands.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "source/resolver.hpp"
#include "stream/generator.hpp"

namespace astream::cli {

/// INPUT..., --files-from, -0, --expand-env. Parsing only: nothing is opened.
struct InputOptions {
  std::vector<std::string> names;
  std::vector<std::string> list_paths;
  bool is_nul_separated = false;
  bool is_env_expanded = false;

  bool is_empty() const { return names.empty() && list_paths.empty(); }
};

void add_input_options(CLI::App& app, InputOptions& options);
/// -r -c --channel --track --start --duration --filter --resample --pace. `is_each`, when given, is set by `-c each`.
void add_audio_options(CLI::App& app, StreamOptions& options, bool* is_each = nullptr);
/// --track alone, for commands that look but don't convert.
void add_track_option(CLI::App& app, OpenOptions& options);
/// --shard --sample --shuffle --seed --epochs. `shuffle_buffer`, where windows may be shuffled too, is set by
/// --shuffle buffer=N.
void add_set_options(CLI::App& app, TraversalOptions& options, std::optional<int64_t>* shuffle_buffer = nullptr);
/// --for --explain.
void add_preset_options(CLI::App& app, std::string& preset, bool& is_explain);
/// Takes from the preset what the command line did not say.
void apply_preset(const CLI::App& app, StreamOptions& options, bool& has_tail);
/// -w --hop --overlap --tail; `has_tail` is set when --tail was given.
void add_window_options(CLI::App& app, StreamOptions& options, bool& has_tail);
/// --connect-timeout --stall --insecure --ca-file --ytdl.
void add_network_options(CLI::App& app, OpenOptions& options);
/// --stats T, for commands that run for long.
void add_stats_option(CLI::App& app, std::optional<std::chrono::milliseconds>& interval);
/// How a run goes on: --on-error, -j, those of add_network_options(), and of live inputs --reconnect --reconnect-delay
/// --wait --transport --on-lag --buffer --on-gap.
void add_run_options(CLI::App& app, GeneratorOptions& options);

/// Whether what was given may stand for several streams.
bool may_be_many(const InputOptions& inputs);

/// Whether what may be many is one input for nearly everybody: a page, a station's list, a list that is HLS.
bool is_one_as_a_rule(const InputOptions& inputs);

/// The resolver for what was given.
Resolver make_resolver(const InputOptions& inputs, const OpenOptions& open);

}  // namespace astream::cli
