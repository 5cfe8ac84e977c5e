// Which capture device a mic: input means, and the mic: input that means a device.
//
//     mic:                       the default device of the first sound system that has any
//     mic:Blue%20Yeti            the device of that name, or the only one with it in its name; case does not matter
//     mic:#2                     the second one that `astream devices` lists
//     mic:...?api=alsa           of this sound system only
//     mic:...?channels=2&rate=44100
//
// Names are percent-decoded. Nothing here opens a device or waits, but for what the given list does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "source/audio_device.hpp"

namespace astream {

/// What a mic: input says.
struct MicAddress {
  std::string name;           ///< "" for none
  std::optional<int> number;  ///< 1-based
  std::string system;         ///< "" for any
  std::optional<int> channels;
  std::optional<int> rate_hz;
};

/// Throws Error(usage) for unknown keys and bad values.
MicAddress parse_mic(const std::string& uri);

/// The devices of each sound system, asked for one system after the other and only as far as they are needed.
struct DeviceList {
  std::vector<std::string> systems;
  std::function<std::vector<AudioDevice>(const std::string& system)> devices_of;
};

/// All devices, in the order that numbers count: system by system, by name.
std::vector<AudioDevice> list_devices(const DeviceList& list);

/// The device that is meant. A name is looked for in one system after the other, and must be unique in the first one
/// that has it. Throws Error(device), for an ambiguous name with those that it may mean; Error(usage) for an unknown
/// system.
AudioDevice choose_device(const MicAddress& address, const DeviceList& list);

/// What to say when none of these systems has a device.
Error no_device(const std::vector<std::string>& systems);

/// Which of all devices, at least one, mic: without a name means.
size_t default_index(const std::vector<AudioDevice>& devices);

/// The shortest mic: input that means device `index` of `devices`, which are all there are.
std::string mic_uri(const std::vector<AudioDevice>& devices, size_t index);

/// How to open `device`: as asked, as far as it can. Channels that it does not have are Error(device); a rate that it
/// does not have is replaced by its own.
AudioFormat choose_format(const MicAddress& address, const AudioDevice& device);

}  // namespace astream
