// The command without a name: inputs as windows, in a format, to stdout, a file or a program.
#pragma once

#include <memory>

#include "cli/command_table.hpp"
#include "cli/options_common.hpp"
#include "cli/options_input.hpp"
#include "cli/output.hpp"
#include "stream/generator.hpp"

namespace astream::cli {

class StreamCommand : public Command {
 public:
  StreamCommand();
  CLI::App& app() override { return app_; }
  void parse(const std::vector<std::string>& args) override;
  int run() override;

  // What was parsed, for run() and for tests.
  InputOptions inputs;
  GeneratorOptions generator;
  std::optional<std::chrono::milliseconds> stats_interval;
  std::optional<int64_t> shuffle_buffer;  ///< windows
  OutputOptions output;
  CommonOptions common;
  bool has_tail = false;
  bool is_explain = false;

 private:
  void settle_tail(const FormatRow& format);
  int deliver(const FormatRow& format, bool is_stdout_terminal);
  CLI::App app_;
};

std::unique_ptr<Command> make_stream_command();

}  // namespace astream::cli
