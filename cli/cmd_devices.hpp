// astream devices: what sound can be captured from, and the input that means each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/options_common.hpp"
#include "source/audio_device.hpp"
#include "source/input.hpp"

namespace astream::cli {

class DevicesCommand : public Command {
 public:
  DevicesCommand();
  CLI::App& app() override { return app_; }
  void parse(const std::vector<std::string>& args) override;
  int run() override;

  CommonOptions common;
  OpenOptions open;
  bool is_json = false;

 private:
  CLI::App app_;
};

/// One line a device, in columns under a heading; ends with a newline.
std::string devices_table(const std::vector<AudioDevice>& devices);
/// One JSON object a line for each device.
std::string devices_json(const std::vector<AudioDevice>& devices);

std::unique_ptr<Command> make_devices_command();

}  // namespace astream::cli
