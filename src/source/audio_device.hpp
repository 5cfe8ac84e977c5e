// Sound systems and their capture devices, as the microphone source and `astream devices` see them. Nothing of a sound
// library shows here; tests have systems of their own.
//
// A sound system may let any of these calls wait for ever (a daemon that hangs, a device that is suspended), closing a
// Capture included: callers run them by call_bounded(). Calls may come from any thread, also several at once.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/audio.hpp"

namespace astream {

/// A device that sound can be captured from.
struct AudioDevice {
  std::string system;         ///< "pulse", "alsa", "jack", ...
  std::string name;           ///< UTF-8, as the system shows it to people; need not be unique
  int same_name_number = 0;   ///< 0 for the first device of that name in the system, as listed
  int channels = 0;           ///< > 0
  std::vector<int> rates_hz;  ///< that it can be opened with, rising
  int preferred_rate_hz = 0;  ///< its own, 0 if unknown
  bool is_default = false;    ///< the one that the system takes when none is named
};

/// Where captured samples go.
class CaptureSink {
 public:
  virtual ~CaptureSink() = default;
  /// From the sound system's own thread: must not wait, lock or allocate. `is_overflow`: the system lost samples just
  /// before these, it does not know how many. false: no more is wanted, and none will be looked at.
  virtual bool on_block(std::span<const float> interleaved, bool is_overflow) noexcept = 0;
};

/// A capture that runs; destroying it ends it, which may wait for ever. The sink may be called until then.
class Capture {
 public:
  virtual ~Capture() = default;
  /// false: it has ended by itself.
  virtual bool is_running() noexcept = 0;
};

class AudioHost {
 public:
  virtual ~AudioHost() = default;
  /// The names of the sound systems that there may be, in the order in which they are to be looked through. Throws
  /// Error(device) where no sound can be had at all.
  virtual std::vector<std::string> systems() = 0;
  /// The capture devices of one system, none when it does not run. Their order is not to be relied on.
  virtual std::vector<AudioDevice> devices(const std::string& system) = 0;
  /// Starts capturing with `format` in blocks of about `block_samples`. Throws Error(device).
  virtual std::unique_ptr<Capture> open(const AudioDevice& device, AudioFormat format, int block_samples,
                                        std::shared_ptr<CaptureSink> sink) = 0;
};

/// The sound systems of this computer, through RtAudio, which is loaded at the first call that needs it.
std::shared_ptr<AudioHost> system_audio_host();

}  // namespace astream
