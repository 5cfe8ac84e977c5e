#include "cli/run_generator.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_status.hpp"
#include "cli/progress.hpp"
#include "cli/stats_lines.hpp"
#include "cli/terminal.hpp"

namespace astream::cli {

namespace {

/// As Generator::run(), with what is due between the steps. Whether the tick asked for the end.
bool run_watched(Generator& run, const Watch& watch, const CancelToken& cancel) {
  constexpr std::chrono::seconds kSlice{1};
  StatsLines stats(watch.stats_interval);
  auto next_tick = watch.tick ? Clock::now() : Clock::time_point::max();
  bool is_stopped = false;
  while (run.poll(std::min(next_tick, stats.next(Clock::now() + kSlice))) == Progress::more) {
    stats.write_due(run);
    if (is_stopped || Clock::now() < next_tick) continue;
    is_stopped = watch.tick() == Flow::stop;
    if (is_stopped) cancel.request();
    next_tick = Clock::now() + watch.tick_interval;
  }
  return is_stopped;
}

}  // namespace

std::vector<std::string> parse_with_command(CLI::App& app, const std::vector<std::string>& args, InputOptions& inputs) {
  const auto dashes = std::find(args.begin(), args.end(), "--");
  parse_args(app, {args.begin(), dashes});
  std::vector<std::string> command;
  if (dashes != args.end()) {
    auto rest = dashes + 1;
    bool has_command = true;
    if (inputs.is_empty()) {
      const auto second = std::find(rest, args.end(), "--");
      inputs.names.assign(rest, second);
      has_command = second != args.end();
      if (has_command) rest = second + 1;
    }
    if (has_command) command.assign(rest, args.end());
    if (has_command && command.empty()) {
      throw Error(ErrorKind::usage, "no command behind --", {}, "try -- python3 detect.py");
    }
  }
  unmark_inputs(inputs.names);
  return command;
}

bool wants_progress(const CommonOptions& common, const OutputOptions& output) {
  if (common.progress == Show::always) return true;
  const bool writes_to_terminal =
      is_terminal(kStdout) && (output.path.empty() || output.path == "-") && output.command.empty();
  return common.progress == Show::automatic && is_terminal(kStderr) && !writes_to_terminal && !common.is_quiet;
}

RunOutcome run_inputs(const InputOptions& inputs, GeneratorOptions options, Receiver& receiver, bool is_progress_shown,
                      const Watch& watch) {
  options.stream.open.wanted_rate_hz = options.stream.rate_hz;
  Generator* running = nullptr;
  ProgressReceiver progress(receiver, is_progress_shown, [&running] { return running->known_total(); });
  Generator run(make_resolver(inputs, options.stream.open), options, progress);
  running = &run;
  const bool is_stopped = run_watched(run, watch, options.stream.open.cancel);
  return {run.summary(), is_stopped};
}

int run_generator(const InputOptions& inputs, const GeneratorOptions& options, Receiver& writer, Output& target,
                  bool is_progress_shown, const Watch& watch) {
  RunOutcome outcome;
  try {
    outcome = run_inputs(inputs, options, writer, is_progress_shown, watch);
  } catch (const PipeClosed&) {  // the reader has seen enough: success
    return target.abandon();
  } catch (...) {
    target.abandon();
    throw;
  }
  const ExitStatus status = outcome.is_stopped ? kOk : status_of(outcome.summary);
  const bool is_worth_keeping = status == kOk || outcome.summary.delivered > 0;
  const int child_status = is_worth_keeping ? target.close() : target.abandon();
  return status == kOk ? child_status : status;
}

}  // namespace astream::cli
