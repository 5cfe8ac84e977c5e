#include "cli/command_table.hpp"

#include <algorithm>
#include <array>

#include "cli/cmd_check.hpp"
#include "cli/cmd_devices.hpp"
#include "cli/cmd_features.hpp"
#include "cli/cmd_levels.hpp"
#include "cli/cmd_record.hpp"
#include "cli/cmd_stream.hpp"

namespace astream::cli {

namespace {

constexpr std::array kCommands = {
    CommandRow{"", "windows of audio as records on stdout", make_stream_command},
    CommandRow{"record", "audio to disk: split, triggered, safe against power cuts", make_record_command},
    CommandRow{"features", "audio features as a table: mel, MFCC, levels, loudness, pitch, ...", make_features_command},
    CommandRow{"levels", "level meter: a live display on a terminal, a table in a pipe; silence alarm",
               make_levels_command},
    CommandRow{"check", "one line per input: what it is, or why it gives no audio", make_check_command},
    CommandRow{"devices", "microphones and other capture devices, with the input for each", make_devices_command},
};

}  // namespace

std::span<const CommandRow> command_table() {
  return kCommands;
}

const CommandRow* find_command(std::string_view name) {
  const auto row =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const CommandRow& r) { return r.name == name; });
  return row == kCommands.end() ? nullptr : &*row;
}

}  // namespace astream::cli
