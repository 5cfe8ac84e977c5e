#include "source/signal_source.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "base/uri.hpp"
#include "source/signal_wave.hpp"

namespace astream {

namespace {

constexpr int64_t kEndless = std::numeric_limits<int64_t>::max();
constexpr double kMinGainDb = -200;
constexpr double kMaxGainDb = 40;

/// What the URI of a test signal says.
struct SignalOptions {
  std::string kind;
  std::string body;
  AudioFormat format{48000, 1};
  std::optional<TimeSpec> duration;
  double peak = 0;
  uint64_t seed = 0;

  int64_t total_samples() const { return duration ? duration->samples_at(format.rate_hz) : kEndless; }
};

[[noreturn]] void refuse_signal(const std::string& message, const std::string& hint) {
  throw Error(ErrorKind::usage, message, {}, hint);
}

/// The whole of `text` as a number, or nothing.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int parse_channel_count(const std::string& text) {
  const auto channels = parse_number<int>(text);
  if (!channels || *channels < 1 || *channels > kMaxChannels) {
    refuse_signal("channels: '" + text + "' is no number of channels",
                  "try channels=2, up to " + std::to_string(kMaxChannels));
  }
  return *channels;
}

double parse_gain_db(const std::string& text) {
  const auto gain_db = parse_number<double>(text.ends_with("dB") ? text.substr(0, text.size() - 2) : text);
  if (!gain_db || !(*gain_db >= kMinGainDb && *gain_db <= kMaxGainDb)) {
    refuse_signal("gain: '" + text + "' is no level in dBFS", "try gain=-6, from -200 to 40");
  }
  return *gain_db;
}

/// "440", "440.5", "1k", "1kHz", "440Hz".
double parse_hz(std::string_view text, int rate_hz) {
  std::string_view number = text;
  if (number.ends_with("Hz")) number.remove_suffix(2);
  const bool is_kilo = number.ends_with('k');
  if (is_kilo) number.remove_suffix(1);
  const auto parsed = parse_number<double>(number);
  const double hz = parsed.value_or(0) * (is_kilo ? 1000 : 1);
  const std::string shown(text);
  if (!parsed || !(hz > 0)) refuse_signal("'" + shown + "' is no frequency in Hz", "try 440");
  if (hz > rate_hz / 2.0) {
    refuse_signal("the frequency " + shown + " is above half the rate of " + std::to_string(rate_hz) + " Hz",
                  "a lower one, or a higher rate=");
  }
  return hz;
}

SignalOptions parse_options(const Input& input, const std::vector<std::string_view>& more_keys) {
  SchemeParts parts = split_scheme(input.uri);
  SignalOptions options;
  options.kind = parts.scheme;
  options.body = std::move(parts.body);
  std::vector<std::string_view> keys{"rate", "channels", "duration"};
  keys.insert(keys.end(), more_keys.begin(), more_keys.end());
  double gain_db = -6;
  for (const auto& [key, value] : parts.query) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      std::string hint = options.kind + ": takes";
      for (const std::string_view known : keys) hint += ' ' + std::string(known);
      refuse_signal("unknown option '" + key + "'", hint);
    }
    if (key == "rate") options.format.rate_hz = parse_rate_hz(value, "rate");
    if (key == "channels") options.format.channels = parse_channel_count(value);
    if (key == "duration") options.duration = parse_time(value, "duration");
    if (key == "gain") gain_db = parse_gain_db(value);
    if (key == "seed") {
      const auto seed = parse_number<uint64_t>(value);
      if (!seed) refuse_signal("seed: '" + value + "' is no whole number from 0", "try seed=1");
      options.seed = *seed;
    }
  }
  options.peak = std::pow(10.0, gain_db / 20);
  return options;
}

class SignalSource : public Source {
 public:
  SignalSource(const SignalOptions& options, std::unique_ptr<Wave> wave)
      : wave_(std::move(wave)), end_(options.total_samples()) {
    info_.format = options.format;
    info_.container = options.kind;
    info_.codec = "pcm_f32le";
    info_.bits = 32;
    if (options.duration) {
      info_.total_samples = end_;
      info_.duration_s = static_cast<double>(end_) / options.format.rate_hz;
    }
    const auto channels = static_cast<size_t>(options.format.channels);
    buffer_.resize(std::max<size_t>(kBlockValues / channels, 1) * channels);
  }

  const SourceInfo& info() const override { return info_; }

  ReadResult read(Clock::time_point) override {
    ReadResult result;
    const int channels = info_.format.channels;
    const int64_t count = std::min(static_cast<int64_t>(buffer_.size()) / channels, end_ - position_);
    if (count == 0) return result;
    const std::span<float> block(buffer_.data(), static_cast<size_t>(count * channels));
    wave_->fill(position_, block, channels);
    position_ += count;
    result.kind = ReadKind::data;
    result.samples = block;
    return result;
  }

  bool seek(int64_t sample) override {
    if (sample < 0) return false;
    position_ = std::min(sample, end_);
    return true;
  }

  bool has_fast_seek() const override { return true; }
  std::optional<int64_t> end_sample() const override { return info_.total_samples; }

 private:
  static constexpr size_t kBlockValues = 8192;

  SourceInfo info_;
  std::unique_ptr<Wave> wave_;
  int64_t end_;
  int64_t position_ = 0;
  std::vector<float> buffer_;
};

/// What all four have in common: reads the options, then `make_wave` makes the waveform of them (and may change them).
template <class MakeWave>
std::unique_ptr<Source> open_signal(const Input& input, const OpenOptions& open,
                                    const std::vector<std::string_view>& more_keys, MakeWave make_wave) {
  try {
    if (open.track.value_or(1) != 1) refuse_signal("a test signal has one track only", "leave --track out");
    SignalOptions options = parse_options(input, more_keys);
    std::unique_ptr<Wave> wave = make_wave(options);
    return std::make_unique<SignalSource>(options, std::move(wave));
  } catch (const Error& error) {
    throw error.with_uri(shown_uri(input));
  }
}

}  // namespace

std::unique_ptr<Source> open_tone(const Input& input, const OpenOptions& options) {
  return open_signal(input, options, {"gain"}, [](const SignalOptions& signal) {
    const int rate_hz = signal.format.rate_hz;
    const double hz = parse_hz(signal.body.empty() ? "440" : signal.body, rate_hz);
    return make_tone_wave(hz, rate_hz, signal.peak);
  });
}

std::unique_ptr<Source> open_sweep(const Input& input, const OpenOptions& options) {
  return open_signal(input, options, {"gain"}, [](SignalOptions& signal) {
    if (!signal.duration) signal.duration = TimeSpec{10, std::nullopt};
    const int rate_hz = signal.format.rate_hz;
    double from_hz = std::min(20.0, rate_hz / 4.0);
    double to_hz = std::min(20000.0, rate_hz / 2.0);
    if (!signal.body.empty()) {
      const size_t dots = signal.body.find("..");
      if (dots == std::string::npos)
        refuse_signal("a sweep needs two frequencies, not '" + signal.body + "'", "try sweep:20..20000");
      from_hz = parse_hz(std::string_view(signal.body).substr(0, dots), rate_hz);
      to_hz = parse_hz(std::string_view(signal.body).substr(dots + 2), rate_hz);
    }
    return make_sweep_wave(from_hz, to_hz, signal.total_samples(), rate_hz, signal.peak);
  });
}

std::unique_ptr<Source> open_noise(const Input& input, const OpenOptions& options) {
  return open_signal(input, options, {"gain", "seed"}, [](const SignalOptions& signal) {
    const std::string& name = signal.body;
    if (name.empty() || name == "white") return make_noise_wave(NoiseColor::white, signal.seed, signal.peak);
    if (name == "pink") return make_noise_wave(NoiseColor::pink, signal.seed, signal.peak);
    if (name == "brown") return make_noise_wave(NoiseColor::brown, signal.seed, signal.peak);
    refuse_signal("there is no noise '" + name + "'", "try noise:white, noise:pink or noise:brown");
  });
}

std::unique_ptr<Source> open_silence(const Input& input, const OpenOptions& options) {
  return open_signal(input, options, {}, [](const SignalOptions& signal) {
    if (!signal.body.empty()) {
      refuse_signal("silence: takes nothing before the '?', not '" + signal.body + "'", "try silence:?duration=10s");
    }
    return make_silence_wave();
  });
}

}  // namespace astream
