// `astream record`: audio to disk.
#pragma once

#include <memory>
#include <string>

#include "cli/command_table.hpp"
#include "cli/options_common.hpp"
#include "cli/options_input.hpp"
#include "cli/options_record.hpp"
#include "cli/output.hpp"
#include "formats/recorder.hpp"
#include "stream/generator.hpp"

namespace astream::cli {

class RecordCommand : public Command {
 public:
  RecordCommand();
  CLI::App& app() override { return app_; }
  void parse(const std::vector<std::string>& args) override;
  int run() override;

  // What was parsed, for run() and for tests.
  InputOptions inputs;
  GeneratorOptions generator;
  std::optional<std::chrono::milliseconds> stats_interval;
  RecordOptions record;
  CommonOptions common;
  StreamOptions pass;       ///< the windows of --pass
  std::string pass_format;  ///< "" without --pass
  bool has_tail = false;
  bool is_copy = false;

 private:
  void check_pass() const;
  void check_copy() const;
  int copy();
  std::shared_ptr<Receiver> make_pass_writer();
  int run_with_pass(Recorder& recorder);
  int run_beside(Recorder& recorder, Receiver& windows);
  int run_into(Receiver& receiver);
  CLI::App app_;
};

std::unique_ptr<Command> make_record_command();

}  // namespace astream::cli
