#include "source/device_choice.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/scripted_audio.hpp"

using namespace astream;
using astream::test::ScriptedAudio;

namespace {

DeviceList list_of(ScriptedAudio& audio) {
  return {audio.systems(), [&](const std::string& system) { return audio.devices(system); }};
}

ScriptedAudio studio() {
  ScriptedAudio audio;
  audio.add("pulse", "Monitor of Speaker");
  audio.add("pulse", "Blue Yeti", 2, true);
  audio.add("pulse", "Built-in Microphone", 1);
  audio.add("alsa", "hw:Yeti,0");
  audio.add("alsa", "default", 32, true);
  return audio;
}

std::string chosen(const std::string& uri, ScriptedAudio audio = studio()) {
  const AudioDevice device = choose_device(parse_mic(uri), list_of(audio));
  return device.system + " " + device.name;
}

std::string refusal(const std::string& uri, ErrorKind kind, ScriptedAudio audio = studio()) {
  try {
    choose_device(parse_mic(uri), list_of(audio));
  } catch (const Error& error) {
    CHECK(error.kind() == kind);
    return error.one_line();
  }
  return "";
}

}  // namespace

TEST_CASE("device choice: without a name the default of the first system that has devices") {
  CHECK(chosen("mic:") == "pulse Blue Yeti");
  CHECK(chosen("mic://") == "pulse Blue Yeti");
  CHECK(chosen("mic:?api=alsa") == "alsa default");
  ScriptedAudio unmarked;
  unmarked.add("alsa", "b");
  unmarked.add("alsa", "a");
  CHECK(chosen("mic:", unmarked) == "alsa a");
}

TEST_CASE("device choice: a name, or a part of it that only one has, in any case") {
  CHECK(chosen("mic:Blue Yeti") == "pulse Blue Yeti");
  CHECK(chosen("mic:blue%20yeti") == "pulse Blue Yeti");
  CHECK(chosen("mic:monitor") == "pulse Monitor of Speaker");
  CHECK(chosen("mic:yeti") == "pulse Blue Yeti");  // the first system that has it
  CHECK(chosen("mic:yeti?api=ALSA") == "alsa hw:Yeti,0");
  CHECK(chosen("mic:hw:") == "alsa hw:Yeti,0");
  ScriptedAudio nested;
  nested.add("pulse", "Mic");
  nested.add("pulse", "Mic 2");
  CHECK(chosen("mic:mic", nested) == "pulse Mic");
}

TEST_CASE("device choice: an ambiguous name is refused with all that it may mean") {
  CHECK(refusal("mic:i", ErrorKind::device) ==
        "'i' may be any of 3 devices (one of mic:Blue%20Yeti, mic:Built-in%20Microphone, mic:Monitor%20of%20Speaker)");
  ScriptedAudio twins;
  twins.add("pulse", "USB");
  twins.add("pulse", "USB");
  CHECK(refusal("mic:usb", ErrorKind::device, twins) ==
        "'usb' may be any of 2 devices (one of mic:#1?api=pulse, mic:#2?api=pulse)");
}

TEST_CASE("device choice: numbers count what is listed") {
  CHECK(chosen("mic:#1") == "pulse Blue Yeti");
  CHECK(chosen("mic:#3") == "pulse Monitor of Speaker");
  CHECK(chosen("mic:#4") == "alsa default");
  CHECK(chosen("mic:#2?api=alsa") == "alsa hw:Yeti,0");
  CHECK(refusal("mic:#6", ErrorKind::device).starts_with("there are only 5 capture devices (there is 'Blue Yeti', "));
  CHECK(refusal("mic:#0", ErrorKind::usage) == "mic:#: '0' is no number from 1 to 10000 (astream devices lists them)");
  CHECK(refusal("mic:#2x", ErrorKind::usage) != "");
}

TEST_CASE("device choice: what is not there") {
  CHECK(refusal("mic:zzz", ErrorKind::device).starts_with("no capture device has 'zzz' in its name (there is 'Blue"));
  CHECK(refusal("mic:", ErrorKind::device, ScriptedAudio{}) ==
        "there is no capture device: tried pulse, alsa (start PulseAudio, PipeWire or JACK, or let this user use "
        "/dev/snd (group audio))");
  CHECK(refusal("mic:?api=jack", ErrorKind::usage) == "there is no sound system 'jack' here (api= may be pulse, alsa)");
}

TEST_CASE("device choice: later systems are not asked when an earlier one has the device") {
  ScriptedAudio audio = studio();
  int listings = 0;
  audio.before_listing = [&] { ++listings; };
  choose_device(parse_mic("mic:yeti"), list_of(audio));
  CHECK(listings == 1);
}

TEST_CASE("device choice: every listed device has an input that means it and no other") {
  ScriptedAudio audio = studio();
  audio.add("pulse", "USB");
  audio.add("pulse", "USB");
  audio.add("pulse", "usb");
  audio.add("pulse", "#1 & only? 100%");
  audio.add("pulse", "Größe");
  audio.add("alsa", "USB");
  audio.add("alsa", "Blue Yeti");
  audio.add("alsa", "i");
  audio.add("alsa", "");
  const std::vector<AudioDevice> devices = list_devices(list_of(audio));
  REQUIRE(devices.size() == 14);
  for (size_t i = 0; i < devices.size(); ++i) {
    const std::string uri = mic_uri(devices, i);
    CAPTURE(uri);
    const AudioDevice device = choose_device(parse_mic(uri), list_of(audio));
    CHECK(device.system == devices[i].system);
    CHECK(device.name == devices[i].name);
    CHECK(device.same_name_number == devices[i].same_name_number);
    CHECK(uri.find_first_of(" '\"$`\\|;<>()*") == std::string::npos);
  }
  CHECK(devices[default_index(devices)].name == "Blue Yeti");
}

TEST_CASE("device choice: options are checked") {
  const MicAddress address = parse_mic("mic:a%3fb?channels=4&rate=44.1k&api=pulse");
  CHECK(address.name == "a?b");
  CHECK(address.channels == 4);
  CHECK(address.rate_hz == 44100);
  CHECK(address.system == "pulse");
  for (const char* uri : {"mic:?channels=0", "mic:?channels=x", "mic:?rate=-1", "mic:?gain=3"}) {
    CAPTURE(uri);
    CHECK_THROWS_AS(parse_mic(uri), Error);
  }
}

TEST_CASE("device choice: all channels at the device's own rate, unless asked otherwise") {
  const auto format = [](const std::string& uri, const AudioDevice& device) {
    return choose_format(parse_mic(uri), device);
  };
  const AudioDevice interface { "alsa", "hw:8", 0, 8, {44100, 96000}, 96000, false };
  CHECK(format("mic:", interface) == AudioFormat{96000, 8});
  CHECK(format("mic:?channels=2&rate=44100", interface) == AudioFormat{44100, 2});
  CHECK(format("mic:?rate=16000", interface) == AudioFormat{96000, 8});
  CHECK_THROWS_AS(format("mic:?channels=9", interface), Error);
  const AudioDevice plugin{"alsa", "default", 0, 32, {8000, 48000}, 0, true};
  CHECK(format("mic:", plugin) == AudioFormat{48000, 2});
  CHECK(format("mic:?channels=32", plugin) == AudioFormat{48000, 32});
  const AudioDevice old_card{"alsa", "hw:0", 0, 1, {8000, 11025}, 0, true};
  CHECK(format("mic:", old_card) == AudioFormat{11025, 1});
}
