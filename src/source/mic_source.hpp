// Microphones and other capture devices as inputs; addresses are those of source/device_choice.hpp.
//
// Samples are float32 at the device's own rate (or at rate=, where it has that), without end. read() blocks until there
// are samples, its deadline or cancellation (Cancelled), never longer. What the reader was too slow for comes as a gap
// with dropped_samples. What the sound system lost comes as a gap with gap_samples once the clock shows it (see
// CaptureClock); how often it says so itself is counted by overflows(), as it does not know how many. A sound system
// that breaks off, hangs or falls silent for the stall time is Error(device); another open may succeed.
#pragma once

#include <memory>
#include <vector>

#include "source/audio_device.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// Opened again when it is lost, as options.live has it.
std::unique_ptr<Source> open_mic(const Input& input, const OpenOptions& options);

/// One connection, with sound systems of the caller's own.
std::unique_ptr<Source> open_mic_of(const std::shared_ptr<AudioHost>& host, const Input& input,
                                    const OpenOptions& options);

/// All capture devices, in the order that mic:#N counts. Throws Error(device) when a sound system does not answer.
std::vector<AudioDevice> capture_devices(const std::shared_ptr<AudioHost>& host, const OpenOptions& options);

}  // namespace astream
