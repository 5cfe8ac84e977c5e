#include "cli/cmd_devices.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/usage_error.hpp"

using namespace astream;
using namespace astream::cli;

namespace {

const std::vector<AudioDevice> kDevices = {
    {"pulse", "Größe", 0, 2, {8000, 48000, 192000}, 44100, false},
    {"pulse", "Yeti\x1b[31m", 0, 1, {48000}, 48000, true},
    {"alsa", "default", 0, 32, {}, 0, true},
};

}  // namespace

TEST_CASE("devices command: options") {
  DevicesCommand command;
  command.parse({"--json", "-q"});
  CHECK(command.is_json);
  CHECK(command.common.is_quiet);
  CHECK(astream::test::usage_error([] { DevicesCommand{}.parse({"mic:"}); }) ==
        "astream devices takes no inputs, 'mic:' is one (astream check tells of inputs)");
}

TEST_CASE("devices command: the table has straight columns and marks what mic: means") {
  CHECK(devices_table(kDevices) ==
        "INPUT                SYSTEM  CHANNELS  RATE                  NAME\n"
        "mic:Größe            pulse   2         44100 (8000..192000)  Größe\n"
        "mic:Yeti%1B%5B31m *  pulse   1         48000                 Yeti?[31m\n"
        "mic:default          alsa    32        ?                     default\n");
}

TEST_CASE("devices command: JSON has one object a line") {
  std::istringstream lines(devices_json(kDevices));
  std::vector<nlohmann::json> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(nlohmann::json::parse(line));
  REQUIRE(objects.size() == 3);
  CHECK(objects[0] == nlohmann::json{{"uri", "mic:Größe"},
                                     {"name", "Größe"},
                                     {"system", "pulse"},
                                     {"channels", 2},
                                     {"rates", {8000, 48000, 192000}},
                                     {"rate", 44100},
                                     {"default", false}});
  CHECK(objects[1]["default"] == true);
  CHECK(objects[2]["default"] == false);
  CHECK_FALSE(objects[2].contains("rate"));
}
