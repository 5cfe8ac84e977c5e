// A sound system that does what a test says: its devices, and a thread that calls back like a driver's.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "source/audio_device.hpp"

namespace astream::test {

/// What a capture's thread does: calls the sink until `is_closed` says to stop.
using CaptureScript = std::function<void(CaptureSink& sink, const std::atomic<bool>& is_closed)>;

class ScriptedCapture : public Capture {
 public:
  ScriptedCapture(CaptureScript script, std::shared_ptr<CaptureSink> sink)
      : thread_([this, script = std::move(script), sink = std::move(sink)] {
          script(*sink, is_closed_);
          has_ended_ = true;
        }) {}
  ~ScriptedCapture() override {
    is_closed_ = true;
    thread_.join();
  }
  bool is_running() noexcept override { return !has_ended_; }

 private:
  std::atomic<bool> is_closed_ = false;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

struct ScriptedAudio : AudioHost {
  std::vector<std::string> names{"pulse", "alsa"};
  std::map<std::string, std::vector<AudioDevice>> devices_by_system;
  CaptureScript script = [](CaptureSink&, const std::atomic<bool>& is_closed) { wait_for(is_closed); };
  std::function<void()> before_listing = [] {};
  std::shared_ptr<std::mutex> mutex =
      std::make_shared<std::mutex>();  ///< of the devices and of what follows: calls that were left behind go on
  // What open() was last called with.
  AudioDevice opened_device;
  AudioFormat opened_format;
  int opened_block_samples = 0;

  void add(const std::string& system, const std::string& name, int channels = 2, bool is_default = false) {
    std::vector<AudioDevice>& devices = devices_by_system[system];
    AudioDevice device{system, name, 0, channels, {16000, 44100, 48000}, 48000, is_default};
    for (const AudioDevice& other : devices) device.same_name_number += other.name == name ? 1 : 0;
    devices.push_back(device);
  }

  std::vector<std::string> systems() override { return names; }
  std::vector<AudioDevice> devices(const std::string& system) override {
    before_listing();
    const std::lock_guard lock(*mutex);
    return devices_by_system[system];
  }
  std::unique_ptr<Capture> open(const AudioDevice& device, AudioFormat format, int block_samples,
                                std::shared_ptr<CaptureSink> sink) override {
    const std::lock_guard lock(*mutex);
    opened_device = device;
    opened_format = format;
    opened_block_samples = block_samples;
    return std::make_unique<ScriptedCapture>(script, std::move(sink));
  }

  static void wait_for(const std::atomic<bool>& flag) {
    while (!flag) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

}  // namespace astream::test
