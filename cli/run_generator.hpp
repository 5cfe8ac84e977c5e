// What every command that reads inputs does with them: parses them around "--", runs them into a writer, shows
// progress.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/options_common.hpp"
#include "cli/options_input.hpp"
#include "cli/output.hpp"
#include "stream/generator.hpp"

namespace astream::cli {

/// Parses options and inputs; returns what stands behind "--" as the command to feed. Where no input came before it,
/// inputs follow the first "--", and a second one begins the command..
std::vector<std::string> parse_with_command(CLI::App& app, const std::vector<std::string>& args, InputOptions& inputs);

/// Whether the progress line is wanted: asked for, or people would see it and nothing else.
bool wants_progress(const CommonOptions& common, const OutputOptions& output);

/// What a run does beside the audio.
struct Watch {
  /// A line about each stream's health on stderr, so often.
  std::optional<std::chrono::milliseconds> stats_interval = std::nullopt;
  /// Called about every `tick_interval`, when set, from the same thread. Flow::stop ends the run in good order.
  std::chrono::milliseconds tick_interval{0};
  std::function<Flow()> tick = nullptr;
};

struct RunOutcome {
  RunSummary summary;
  bool is_stopped = false;  ///< by the tick
};

/// Runs all inputs into `receiver`. Throws what the receiver throws.
RunOutcome run_inputs(const InputOptions& inputs, GeneratorOptions options, Receiver& receiver, bool is_progress_shown,
                      const Watch& watch = {});

/// Runs all inputs into `writer`, which writes into `target`, and finishes that. Returns the exit status.
int run_generator(const InputOptions& inputs, const GeneratorOptions& options, Receiver& writer, Output& target,
                  bool is_progress_shown, const Watch& watch = {});

}  // namespace astream::cli
