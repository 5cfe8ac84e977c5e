#include "source/device_choice.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

/// ALSA's plugins offer any number of channels, all made from one or two.
constexpr int kVirtualChannels = 32;
constexpr int kStereo = 2;
constexpr int kCommonRate_hz = 48000;

int parse_count(const std::string& text, const std::string& what, int most, const std::string& hint) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > most) {
    throw Error(ErrorKind::usage, what + "'" + text + "' is no number from 1 to " + std::to_string(most), {}, hint);
  }
  return number;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// One system's devices in the order that does not change as long as the devices don't.
std::vector<AudioDevice> sorted_devices(const DeviceList& list, const std::string& system) {
  std::vector<AudioDevice> devices = list.devices_of(system);
  std::sort(devices.begin(), devices.end(), [](const AudioDevice& a, const AudioDevice& b) {
    return a.name != b.name ? a.name < b.name : a.same_name_number < b.same_name_number;
  });
  return devices;
}

/// The name as it may stand in a URI and, as far as that goes, unquoted in a shell; UTF-8 is left readable.
std::string encoded_name(const std::string& name) {
  std::string kept = "+,:";
  constexpr int kFirstNonAscii = 0x80;
  constexpr int kLastByte = 0xff;
  for (int byte = kFirstNonAscii; byte <= kLastByte; ++byte) kept += static_cast<char>(byte);
  return percent_encode(name, kept);
}

[[noreturn]] void refuse_ambiguous(const MicAddress& address, const std::vector<AudioDevice>& found,
                                   const std::vector<AudioDevice>& devices) {
  std::vector<std::string> candidates;
  for (const AudioDevice& device : found) {
    const auto at = std::find_if(devices.begin(), devices.end(), [&](const AudioDevice& other) {
      return other.name == device.name && other.same_name_number == device.same_name_number;
    });
    candidates.push_back(mic_uri(devices, static_cast<size_t>(at - devices.begin())));
  }
  throw Error(ErrorKind::device, "'" + address.name + "' may be any of " + std::to_string(found.size()) + " devices",
              {}, "one of " + joined(candidates));
}

/// The device called so, or the only one with this in its name, or nothing. Throws when there are several.
std::optional<AudioDevice> find_named(const MicAddress& address, const std::vector<AudioDevice>& devices) {
  const std::string wanted = lower_case(address.name);
  std::vector<AudioDevice> same;
  std::vector<AudioDevice> alike;
  for (const AudioDevice& device : devices) {
    const std::string name = lower_case(device.name);
    if (name == wanted) same.push_back(device);
    if (name.find(wanted) != std::string::npos) alike.push_back(device);
  }
  const std::vector<AudioDevice>& found = same.empty() ? alike : same;
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) refuse_ambiguous(address, found, devices);
  return found.front();
}

std::vector<std::string> systems_to_search(const MicAddress& address, const DeviceList& list) {
  if (address.system.empty()) return list.systems;
  if (std::find(list.systems.begin(), list.systems.end(), address.system) == list.systems.end()) {
    throw Error(ErrorKind::usage, "there is no sound system '" + address.system + "' here", {},
                "api= may be " + joined(list.systems));
  }
  return {address.system};
}

[[noreturn]] void refuse_missing(const MicAddress& address, const std::vector<std::string>& systems,
                                 const std::vector<std::string>& names) {
  if (names.empty()) throw no_device(systems);
  const std::string what = address.number ? "there are only " + std::to_string(names.size()) + " capture devices"
                                          : "no capture device has '" + address.name + "' in its name";
  throw Error(ErrorKind::device, what, {}, "there is " + joined(names) + "; astream devices lists them");
}

void add_names(std::vector<std::string>& names, const std::vector<AudioDevice>& devices) {
  for (const AudioDevice& device : devices) names.push_back("'" + device.name + "'");
}

}  // namespace

MicAddress parse_mic(const std::string& uri) {
  const SchemeParts parts = split_scheme(uri);
  MicAddress address;
  constexpr int kMostDevices = 10'000;
  if (parts.body.starts_with('#')) {  // "%23" begins a name
    address.number = parse_count(parts.body.substr(1), "mic:#: ", kMostDevices, "astream devices lists them");
  } else {
    address.name = percent_decode(parts.body);
  }
  for (const auto& [key, value] : parts.query) {
    if (key == "channels") {
      address.channels = parse_count(value, "channels: ", kMaxChannels, "try channels=2");
    } else if (key == "rate") {
      address.rate_hz = parse_rate_hz(value, "rate");
    } else if (key == "api") {
      address.system = lower_case(value);
    } else {
      throw Error(ErrorKind::usage, "unknown option '" + key + "'", {}, "mic: takes channels, rate and api");
    }
  }
  return address;
}

std::vector<AudioDevice> list_devices(const DeviceList& list) {
  std::vector<AudioDevice> all;
  for (const std::string& system : list.systems) {
    for (AudioDevice& device : sorted_devices(list, system)) all.push_back(std::move(device));
  }
  return all;
}

AudioDevice choose_device(const MicAddress& address, const DeviceList& list) {
  const std::vector<std::string> systems = systems_to_search(address, list);
  std::vector<std::string> names;
  for (const std::string& system : systems) {
    const std::vector<AudioDevice> devices = sorted_devices(list, system);
    const size_t numbered_before = names.size();
    add_names(names, devices);
    if (address.number) {
      const auto index = static_cast<size_t>(*address.number) - 1;
      if (index < names.size()) return devices[index - numbered_before];
    } else if (!address.name.empty()) {
      if (const auto found = find_named(address, devices)) return *found;
    } else if (!devices.empty()) {
      return devices[default_index(devices)];
    }
  }
  refuse_missing(address, systems, names);
}

Error no_device(const std::vector<std::string>& systems) {
  return {ErrorKind::device,
          "there is no capture device: tried " + joined(systems),
          {},
          "start PulseAudio, PipeWire or JACK, or let this user use /dev/snd (group audio)"};
}

size_t default_index(const std::vector<AudioDevice>& devices) {
  size_t index = 0;
  while (index < devices.size() && devices[index].system == devices.front().system) {
    if (devices[index].is_default) return index;
    ++index;
  }
  return 0;
}

std::string mic_uri(const std::vector<AudioDevice>& devices, size_t index) {
  const AudioDevice& wanted = devices[index];
  DeviceList list;
  int number_in_system = 0;
  for (size_t i = 0; i < devices.size(); ++i) {
    const std::string& system = devices[i].system;
    if (list.systems.empty() || list.systems.back() != system) list.systems.push_back(system);
    if (i <= index && system == wanted.system) ++number_in_system;
  }
  list.devices_of = [&](const std::string& system) {
    std::vector<AudioDevice> of_system;
    std::copy_if(devices.begin(), devices.end(), std::back_inserter(of_system),
                 [&](const AudioDevice& device) { return device.system == system; });
    return of_system;
  };
  const std::string api = "?api=" + wanted.system;
  const std::string name = encoded_name(wanted.name);
  const auto same = std::count_if(devices.begin(), devices.end(), [&](const AudioDevice& other) {
    return other.system == wanted.system && lower_case(other.name) == lower_case(wanted.name);
  });
  if (same == 1 && !name.empty()) {  // then the name alone cannot be ambiguous
    for (const std::string& uri : {"mic:" + name, "mic:" + name + api}) {
      try {
        const AudioDevice chosen = choose_device(parse_mic(uri), list);
        if (chosen.system == wanted.system && chosen.name == wanted.name) return uri;
      } catch (const Error&) {  // ambiguous in a system that is looked through before
      }
    }
  }
  return "mic:#" + std::to_string(number_in_system) + api;
}

AudioFormat choose_format(const MicAddress& address, const AudioDevice& device) {
  AudioFormat format;
  format.channels = address.channels.value_or(device.channels);
  if (format.channels > device.channels) {
    throw Error(ErrorKind::device,
                "'" + device.name + "' has " + std::to_string(device.channels) + " channels, not " +
                    std::to_string(format.channels),
                {}, "astream devices lists what there is");
  }
  const bool is_virtual = device.system == "alsa" && device.channels >= kVirtualChannels;
  if (is_virtual && !address.channels) format.channels = kStereo;
  const auto has_rate = [&](int rate_hz) {
    return std::find(device.rates_hz.begin(), device.rates_hz.end(), rate_hz) != device.rates_hz.end();
  };
  if (address.rate_hz && has_rate(*address.rate_hz)) {
    format.rate_hz = *address.rate_hz;
  } else if (device.preferred_rate_hz > 0) {
    format.rate_hz = device.preferred_rate_hz;
  } else {
    format.rate_hz = has_rate(kCommonRate_hz) || device.rates_hz.empty() ? kCommonRate_hz : device.rates_hz.back();
  }
  return format;
}

}  // namespace astream
