// astream check: what each input is, or why it gives no audio.
#pragma once

#include <memory>

#include "cli/command_table.hpp"
#include "cli/options_common.hpp"
#include "cli/options_input.hpp"

namespace astream::cli {

class CheckCommand : public Command {
 public:
  CheckCommand();
  CLI::App& app() override { return app_; }
  void parse(const std::vector<std::string>& args) override;
  int run() override;

  InputOptions inputs;
  OpenOptions open;
  CommonOptions common;
  bool is_json = false;

 private:
  CLI::App app_;
};

std::unique_ptr<Command> make_check_command();

}  // namespace astream::cli
