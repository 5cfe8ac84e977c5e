// Sound systems through RtAudio's C interface, versions 5.2 and 6.
//
// RtAudio is loaded when the first microphone is opened: linked, it and the thirty libraries behind it would cost every
// start some 12 ms. Its C interface passes on no errors of a running capture (CaptureFeed sees to those).
#include <RtAudio.h>  // for the version alone
#include <rtaudio_c.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/shared_library.hpp"
#include "base/uri.hpp"
#include "source/audio_device.hpp"
#include "source/pulse_watch.hpp"

namespace astream {

namespace {

#if defined(RTAUDIO_VERSION_MAJOR) && RTAUDIO_VERSION_MAJOR >= 6
constexpr int kLibraryVersion = 7;
constexpr char kMajorVersion = '6';
constexpr bool is_probed(const rtaudio_device_info_t&) {
  return true;
}
#else
constexpr int kLibraryVersion = 6;
constexpr char kMajorVersion = '5';
bool is_probed(const rtaudio_device_info_t& info) {
  return info.probed != 0;
}
#endif

constexpr std::string_view kPulse = "pulse";

struct RtAudioLibrary {
  decltype(&rtaudio_version) version;
  decltype(&rtaudio_get_num_compiled_apis) api_count;
  decltype(&rtaudio_compiled_api) apis;
  decltype(&rtaudio_api_name) api_name;
  decltype(&rtaudio_error) error;
  decltype(&rtaudio_create) create;
  decltype(&rtaudio_destroy) destroy;
  decltype(&rtaudio_show_warnings) show_warnings;
  decltype(&rtaudio_device_count) device_count;
  decltype(&rtaudio_get_device_info) device_info;
#if defined(RTAUDIO_VERSION_MAJOR) && RTAUDIO_VERSION_MAJOR >= 6
  decltype(&rtaudio_get_device_id) device_id;
#endif
  decltype(&rtaudio_get_default_input_device) default_input;
  decltype(&rtaudio_open_stream) open_stream;
  decltype(&rtaudio_start_stream) start_stream;
  decltype(&rtaudio_stop_stream) stop_stream;
  decltype(&rtaudio_close_stream) close_stream;
  decltype(&rtaudio_is_stream_open) is_stream_open;
  decltype(&rtaudio_is_stream_running) is_stream_running;
};

[[noreturn]] void refuse_library(const std::string& message) {
  throw Error(ErrorKind::device, message, {},
              "install RtAudio's library (Debian: librtaudio" + std::to_string(kLibraryVersion) + ")");
}

template <typename Function>
void find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(find_symbol(library, name));
  if (function == nullptr) refuse_library(std::string("the library of RtAudio lacks ") + name);
}

void say_nothing(const char*, int, const char*, int, const char*, ...) {}

/// ALSA tells on stderr what it does not find; a list of what is there needs no such news.
void quiet_alsa(void* library) {
  using SetHandler = int (*)(decltype(&say_nothing));
  const auto set_handler = reinterpret_cast<SetHandler>(find_symbol(library, "snd_lib_error_set_handler"));
  if (set_handler != nullptr) set_handler(say_nothing);
}

RtAudioLibrary load() {
  const std::string file = shared_library_file("rtaudio", kLibraryVersion);
  void* library = load_shared_library(file);
  if (library == nullptr) refuse_library("capturing sound needs " + file + ", which is not installed");
  RtAudioLibrary functions{};
  find_function(library, "rtaudio_version", functions.version);
  if (functions.version()[0] != kMajorVersion) refuse_library(file + " is of another version than its name says");
  find_function(library, "rtaudio_get_num_compiled_apis", functions.api_count);
  find_function(library, "rtaudio_compiled_api", functions.apis);
  find_function(library, "rtaudio_api_name", functions.api_name);
  find_function(library, "rtaudio_error", functions.error);
  find_function(library, "rtaudio_create", functions.create);
  find_function(library, "rtaudio_destroy", functions.destroy);
  find_function(library, "rtaudio_show_warnings", functions.show_warnings);
  find_function(library, "rtaudio_device_count", functions.device_count);
  find_function(library, "rtaudio_get_device_info", functions.device_info);
#if defined(RTAUDIO_VERSION_MAJOR) && RTAUDIO_VERSION_MAJOR >= 6
  find_function(library, "rtaudio_get_device_id", functions.device_id);
#endif
  find_function(library, "rtaudio_get_default_input_device", functions.default_input);
  find_function(library, "rtaudio_open_stream", functions.open_stream);
  find_function(library, "rtaudio_start_stream", functions.start_stream);
  find_function(library, "rtaudio_stop_stream", functions.stop_stream);
  find_function(library, "rtaudio_close_stream", functions.close_stream);
  find_function(library, "rtaudio_is_stream_open", functions.is_stream_open);
  find_function(library, "rtaudio_is_stream_running", functions.is_stream_running);
  quiet_alsa(library);
  return functions;
}

const RtAudioLibrary& rt() {
  static const RtAudioLibrary library = load();
  return library;
}

rtaudio_api_t api_called(const std::string& system) {
  for (unsigned i = 0; i < rt().api_count(); ++i) {
    const rtaudio_api_t api = rt().apis()[i];
    if (system == rt().api_name(api)) return api;
  }
  throw Error(ErrorKind::device, "RtAudio has no sound system '" + system + "'");
}

/// An instance of RtAudio for one sound system.
class Session {
 public:
  explicit Session(const std::string& system) : audio_(rt().create(api_called(system))) {
    if (const std::string failure = failure_text(); !failure.empty()) {
      rt().destroy(audio_);
      throw Error(ErrorKind::device, failure);
    }
    rt().show_warnings(audio_, 0);
  }
  ~Session() {
    if (rt().is_stream_open(audio_)) {  // JACK closes it when its server dies; then nothing else may be called
      if (rt().is_stream_running(audio_)) rt().stop_stream(audio_);
      if (rt().is_stream_open(audio_)) rt().close_stream(audio_);
    }
    rt().destroy(audio_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  rtaudio_t audio() const { return audio_; }
  /// What the last call complained of, "" for nothing.
  std::string failure_text() const {
    const char* text = rt().error(audio_);
    return text == nullptr ? "" : to_utf8(text);
  }

 private:
  rtaudio_t audio_;
};

/// A device and what RtAudio calls it at the moment.
struct FoundDevice {
  AudioDevice device;
  unsigned id = 0;
};

AudioDevice device_of(const rtaudio_device_info_t& info, const std::string& system) {
  AudioDevice device;
  device.system = system;
  device.name = to_utf8(info.name);
  device.channels = std::min(static_cast<int>(info.input_channels), kMaxChannels);
  device.preferred_rate_hz = static_cast<int>(info.preferred_sample_rate);
  device.is_default = info.is_default_input != 0;
  for (const auto rate_hz : info.sample_rates) {
    if (rate_hz > 0) device.rates_hz.push_back(static_cast<int>(rate_hz));
  }
  std::sort(device.rates_hz.begin(), device.rates_hz.end());
  return device;
}

std::vector<FoundDevice> find_devices(const Session& session, const std::string& system) {
  std::vector<FoundDevice> found;
  if (system == kPulse && !has_pulse_defaults()) return found;
  std::map<std::string, int> names;
  const int count = rt().device_count(session.audio());
  for (int i = 0; i < count; ++i) {
#if defined(RTAUDIO_VERSION_MAJOR) && RTAUDIO_VERSION_MAJOR >= 6
    const unsigned id = rt().device_id(session.audio(), i);
    const rtaudio_device_info_t info = rt().device_info(session.audio(), id);
#else
    const auto id = static_cast<unsigned>(i);
    const rtaudio_device_info_t info = rt().device_info(session.audio(), i);
#endif
    if (!is_probed(info) || info.input_channels == 0) continue;
    found.push_back({device_of(info, system), id});
    found.back().device.same_name_number = names[found.back().device.name]++;
  }
  const bool has_default =
      std::any_of(found.begin(), found.end(), [](const FoundDevice& f) { return f.device.is_default; });
  if (!has_default && count > 0) {
    const unsigned id = rt().default_input(session.audio());
    for (FoundDevice& one : found) one.device.is_default = one.id == id;
  }
  return found;
}

/// What the callback works with; outlives it also when closing never comes to an end.
struct CallbackContext {
  std::shared_ptr<CaptureSink> sink;
  size_t channels = 0;
  bool is_first_to_skip = false;
};

int capture_callback(void*, void* input, unsigned samples, double, rtaudio_stream_status_t status, void* user) {
  auto& context = *static_cast<CallbackContext*>(user);
  const std::span<const float> block(static_cast<const float*>(input), samples * context.channels);
  if (std::exchange(context.is_first_to_skip, false)) return 0;
  if (input == nullptr || context.sink->on_block(block, (status & RTAUDIO_STATUS_INPUT_OVERFLOW) != 0)) return 0;
  // Dead, and calling back without end until it is closed, which is up to another thread.
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return 0;
}

class RtCapture : public Capture {
 public:
  explicit RtCapture(const std::string& system) : session_(system) {}
  bool is_running() noexcept override {
    return rt().is_stream_open(session_.audio()) != 0 && rt().is_stream_running(session_.audio()) != 0 &&
           !(watch && watch->has_gone());
  }

  CallbackContext context;  // before the session, whose end is the end of the callbacks
  std::optional<PulseWatch> watch;

  const Session& session() const { return session_; }

 private:
  Session session_;
};

/// RtAudio's PulseAudio part keeps its list of devices in a global variable.
std::mutex& list_mutex() {
  static auto* mutex = new std::mutex;  // a call left behind may hold it when the process ends
  return *mutex;
}

class RtAudioHost : public AudioHost {
 public:
  std::vector<std::string> systems() override {
    std::vector<std::string> names;
    for (unsigned i = 0; i < rt().api_count(); ++i) {
      const std::string name = rt().api_name(rt().apis()[i]);
      if (name != "dummy") names.push_back(name);
    }
    // What mixes the sound of all programs comes before what lies under it.
    const auto rank = [](const std::string& name) { return name == kPulse ? 0 : name == "jack" ? 1 : 2; };
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    return names;
  }

  std::vector<AudioDevice> devices(const std::string& system) override {
    const std::lock_guard lock(list_mutex());
    std::vector<AudioDevice> devices;
    try {
      const Session session(system);
      for (FoundDevice& found : find_devices(session, system)) devices.push_back(std::move(found.device));
    } catch (const Error& error) {  // it does not run: no reason not to look at the others
      log(LogLevel::verbose, system + ": " + error.message());
    }
    return devices;
  }

  std::unique_ptr<Capture> open(const AudioDevice& device, AudioFormat format, int block_samples,
                                std::shared_ptr<CaptureSink> sink) override {
    const std::lock_guard lock(list_mutex());
    auto capture = std::make_unique<RtCapture>(device.system);
    capture->context = {std::move(sink), static_cast<size_t>(format.channels), device.system == kPulse};
    const Session& session = capture->session();
    rtaudio_stream_parameters_t parameters{};
    parameters.device_id = id_of(device, session);
    parameters.num_channels = static_cast<unsigned>(format.channels);
    rtaudio_stream_options_t stream{};
    std::strncpy(stream.name, "astream", sizeof(stream.name) - 1);
    auto buffer_samples = static_cast<unsigned>(block_samples);
    rt().open_stream(session.audio(), nullptr, &parameters, RTAUDIO_FORMAT_FLOAT32,
                     static_cast<unsigned>(format.rate_hz), &buffer_samples, capture_callback, &capture->context,
                     &stream, nullptr);
    if (rt().is_stream_open(session.audio())) rt().start_stream(session.audio());
    if (!capture->is_running()) {
      throw Error(ErrorKind::device, "'" + device.name + "' can't be opened: " + session.failure_text(), {},
                  "is it in use? Try other channels= or rate=");
    }
    if (device.system == kPulse) capture->watch.emplace(device.name);
    return capture;
  }

 private:
  static unsigned id_of(const AudioDevice& device, const Session& session) {
    for (const FoundDevice& found : find_devices(session, device.system)) {
      const bool is_same = found.device.name == device.name && found.device.same_name_number == device.same_name_number;
      if (is_same) return found.id;
    }
    throw Error(ErrorKind::device, "'" + device.name + "' has gone", {}, "astream devices lists what there is");
  }
};

}  // namespace

std::shared_ptr<AudioHost> system_audio_host() {
  return std::make_shared<RtAudioHost>();
}

}  // namespace astream
