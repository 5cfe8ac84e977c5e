// `astream levels`: a live display on a terminal, rows of levels elsewhere, or an alarm.
#pragma once

#include <memory>

#include <optional>

#include "cli/command_table.hpp"
#include "cli/display_look.hpp"
#include "cli/options_common.hpp"
#include "cli/options_input.hpp"
#include "cli/options_levels.hpp"
#include "cli/options_picture.hpp"
#include "cli/output.hpp"
#include "formats/row_format_table.hpp"
#include "stream/generator.hpp"

namespace astream::cli {

class LevelsCommand : public Command {
 public:
  LevelsCommand();
  CLI::App& app() override { return app_; }
  void parse(const std::vector<std::string>& args) override;
  int run() override;

  // What was parsed, for run() and for tests.
  InputOptions inputs;
  GeneratorOptions generator;
  std::optional<std::chrono::milliseconds> stats_interval;
  OutputOptions output;
  CommonOptions common;
  LevelRunOptions levels;
  AlarmChoice alarm;
  RowWriterOptions rows;
  std::optional<View> view;
  PictureChoice picture;

 private:
  void refuse_idle_options() const;
  bool wants_display() const;
  bool wants_rows_with_picture() const;
  std::optional<int> run_display();
  int run_rows();
  int run_picture();
  int run_alarm(RowReceiver& writer, Output& target);
  CLI::App app_;
};

std::unique_ptr<Command> make_levels_command();

}  // namespace astream::cli
