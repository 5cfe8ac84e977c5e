#include "cli/cmd_devices.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_status.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "formats/byte_sink.hpp"
#include "formats/text_cells.hpp"
#include "source/device_choice.hpp"
#include "source/mic_source.hpp"

namespace astream::cli {

namespace {

constexpr const char* kUsageText =
    "astream devices - microphones and other capture devices\n\n"
    "  astream devices [OPTIONS]\n";

constexpr const char* kExampleText =
    "Examples:\n"
    "  astream devices                               a line each, with the input that means it\n"
    "  astream mic:                                  hear the default one, marked with *\n"
    "  astream devices --json | jq -r .uri\n\n"
    "Exit status: 0 there are some, 1 there are none.";

using Row = std::array<std::string, 5>;

/// "48000", or "8000..192000, 48000" with the device's own rate behind the range.
std::string rates_text(const AudioDevice& device) {
  const std::string own = device.preferred_rate_hz > 0 ? std::to_string(device.preferred_rate_hz) : "";
  if (device.rates_hz.empty()) return own.empty() ? "?" : own;
  const std::string range = std::to_string(device.rates_hz.front()) + ".." + std::to_string(device.rates_hz.back());
  if (device.rates_hz.size() == 1) return std::to_string(device.rates_hz.front());
  return own.empty() ? range : own + " (" + range + ")";
}

Row row_of(const std::vector<AudioDevice>& devices, size_t index) {
  const AudioDevice& device = devices[index];
  return {mic_uri(devices, index) + (index == default_index(devices) ? " *" : ""), device.system,
          std::to_string(device.channels), rates_text(device), printable_text(device.name, true)};
}

}  // namespace

std::string devices_table(const std::vector<AudioDevice>& devices) {
  std::vector<Row> rows{{"INPUT", "SYSTEM", "CHANNELS", "RATE", "NAME"}};
  for (size_t i = 0; i < devices.size(); ++i) rows.push_back(row_of(devices, i));
  std::string text;
  for (const Row& row : rows) {
    for (size_t column = 0; column < row.size(); ++column) {
      text += row[column];
      if (column + 1 == row.size()) break;
      int widest = 0;
      for (const Row& other : rows) widest = std::max(widest, text_columns(other[column]));
      text.append(static_cast<size_t>(widest - text_columns(row[column]) + 2), ' ');
    }
    text += '\n';
  }
  return text;
}

std::string devices_json(const std::vector<AudioDevice>& devices) {
  std::string text;
  for (size_t i = 0; i < devices.size(); ++i) {
    const AudioDevice& device = devices[i];
    nlohmann::ordered_json json = {{"uri", mic_uri(devices, i)},
                                   {"name", to_utf8(device.name)},
                                   {"system", device.system},
                                   {"channels", device.channels},
                                   {"rates", device.rates_hz}};
    if (device.preferred_rate_hz > 0) json["rate"] = device.preferred_rate_hz;
    json["default"] = i == default_index(devices);
    text += json.dump() + "\n";
  }
  return text;
}

DevicesCommand::DevicesCommand() {
  app_.name("devices");
  prepare_app(app_, kUsageText, kExampleText);
  app_.add_flag("--json", is_json, "one JSON object per device")->group("Output");
  add_common_options(app_, common);
}

void DevicesCommand::parse(const std::vector<std::string>& args) {
  parse_args(app_, args);
  const std::vector<std::string> extras = app_.remaining();
  if (!extras.empty()) {
    throw Error(ErrorKind::usage, "astream devices takes no inputs, '" + extras.front() + "' is one", {},
                "astream check tells of inputs");
  }
}

int DevicesCommand::run() {
  apply_common_options(common);
  catch_signals(open.cancel);
  const std::shared_ptr<AudioHost> host = system_audio_host();
  const std::vector<AudioDevice> devices = capture_devices(host, open);
  if (devices.empty()) throw no_device(host->systems());
  const auto sink = make_fd_sink(kStdout);
  sink->write(is_json ? devices_json(devices) : devices_table(devices), {});
  sink->close();
  return kOk;
}

std::unique_ptr<Command> make_devices_command() {
  return std::make_unique<DevicesCommand>();
}

}  // namespace astream::cli
