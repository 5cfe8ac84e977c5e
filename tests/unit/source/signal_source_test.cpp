#include "source/signal_source.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "source/signal_wave.hpp"

using namespace astream;

namespace {

std::unique_ptr<Source> open(const std::string& uri) {
  const Input input{uri, false, {}, Origin::user};
  const OpenOptions options;
  if (uri.starts_with("tone")) return open_tone(input, options);
  if (uri.starts_with("sweep")) return open_sweep(input, options);
  if (uri.starts_with("noise")) return open_noise(input, options);
  return open_silence(input, options);
}

/// The next `samples` samples (fewer at the end).
std::vector<float> take(Source& source, int64_t samples) {
  const auto channels = static_cast<size_t>(source.info().format.channels);
  std::vector<float> values;
  while (values.size() < static_cast<size_t>(samples) * channels) {
    const ReadResult result = source.read({});
    if (result.kind == ReadKind::end) break;
    REQUIRE(result.kind == ReadKind::data);
    REQUIRE(result.samples.size() % channels == 0);
    values.insert(values.end(), result.samples.begin(), result.samples.end());
  }
  values.resize(std::min(values.size(), static_cast<size_t>(samples) * channels));
  return values;
}

std::vector<float> take_at(const std::string& uri, int64_t position, int64_t samples) {
  const auto source = open(uri);
  REQUIRE(source->seek(position));
  return take(*source, samples);
}

std::string refusal(const std::string& uri) {
  try {
    open(uri);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.uri() == uri);
    return error.one_line();
  }
  return "";
}

double peak_of(const std::vector<float>& values) {
  double peak = 0;
  for (const float value : values) peak = std::max(peak, std::abs(static_cast<double>(value)));
  return peak;
}

double rms_db(const std::vector<float>& values) {
  double energy = 0;
  for (const float value : values) energy += static_cast<double>(value) * value;
  return 10 * std::log10(energy / static_cast<double>(values.size()));
}

/// In place, for sizes that are powers of 2.
void transform(std::vector<std::complex<double>>& values) {
  const size_t size = values.size();
  for (size_t i = 1, j = 0; i < size; ++i) {
    size_t bit = size / 2;
    for (; (j & bit) != 0; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (size_t length = 2; length <= size; length *= 2) {
    const auto turn = std::polar(1.0, -2 * std::numbers::pi / static_cast<double>(length));
    for (size_t start = 0; start < size; start += length) {
      std::complex<double> factor = 1;
      for (size_t k = 0; k < length / 2; ++k, factor *= turn) {
        const auto odd = values[start + k + length / 2] * factor;
        values[start + k + length / 2] = values[start + k] - odd;
        values[start + k] += odd;
      }
    }
  }
}

/// Mean power density in octaves in dB: octave i begins at bin 2^i of a spectrum of `kBins` * 2 points.
constexpr size_t kFftSize = 8192;
std::vector<double> octave_levels_db(const std::vector<float>& values) {
  std::vector<double> power(kFftSize / 2);
  for (size_t start = 0; start + kFftSize <= values.size(); start += kFftSize / 2) {
    std::vector<std::complex<double>> block(kFftSize);
    for (size_t i = 0; i < kFftSize; ++i) {
      const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / kFftSize);
      block[i] = hann * static_cast<double>(values[start + i]);
    }
    transform(block);
    for (size_t bin = 0; bin < power.size(); ++bin) power[bin] += std::norm(block[bin]);
  }
  std::vector<double> levels;
  for (size_t first = 1; first < power.size(); first *= 2) {
    double sum = 0;
    for (size_t bin = first; bin < 2 * first; ++bin) sum += power[bin];
    levels.push_back(10 * std::log10(sum / static_cast<double>(first)));
  }
  return levels;
}

/// Each step from octave to octave in the mid band (3 to 10 of 12; at 48 kHz 47 Hz to 6 kHz) is within half a dB of
/// `slope_db`.
void check_slope(const std::string& uri, double slope_db) {
  const std::vector<double> levels = octave_levels_db(take_at(uri, 0, 1 << 20));
  for (size_t octave = 4; octave <= 10; ++octave) {
    CAPTURE(octave);
    CHECK(std::abs(levels[octave] - levels[octave - 1] - slope_db) < 0.5);
  }
}

/// sin of the exact phase for `eighths_hz` / 8 Hz at 48 kHz, by whole numbers.
double exact_tone(int64_t eighths_hz, int64_t position) {
  constexpr int64_t kEighthsPerTurn = 48'000 * 8;
  const int64_t phase = position % kEighthsPerTurn * eighths_hz % kEighthsPerTurn;
  return std::sin(2 * std::numbers::pi * static_cast<double>(phase) / kEighthsPerTurn);
}

const std::vector<std::string> kAll = {"tone:440.1?channels=2&rate=44100",
                                       "tone:",
                                       "sweep:20..20000?duration=8s&channels=2",
                                       "noise:white?channels=2",
                                       "noise:pink?channels=3&seed=5",
                                       "noise:brown",
                                       "silence:"};

}  // namespace

TEST_CASE("signals: what they say of themselves") {
  const auto tone = open("tone:440?rate=16k&channels=2&duration=1.5s");
  CHECK(tone->info().format == AudioFormat{16000, 2});
  CHECK(tone->info().total_samples == 24000);
  CHECK(tone->info().duration_s == 1.5);
  CHECK(tone->info().container == "tone");
  CHECK_FALSE(tone->info().is_live);
  CHECK_FALSE(tone->info().may_wait);
  const auto endless = open("noise:");
  CHECK(endless->info().format == AudioFormat{48000, 1});
  CHECK_FALSE(endless->info().total_samples);
  CHECK(open("sweep:")->info().total_samples == 480'000);
  CHECK(open("silence:?duration=1000smp&rate=8000")->info().total_samples == 1000);
  CHECK(open("silence://?duration=0")->read({}).kind == ReadKind::end);
}

TEST_CASE("signals: end after their duration, and stay there") {
  const auto source = open("tone:?duration=10001smp&channels=3");
  CHECK(take(*source, 20'000).size() == 30'003);
  CHECK(source->read({}).kind == ReadKind::end);
  CHECK(source->read({}).kind == ReadKind::end);
  CHECK(source->seek(10'000));
  CHECK(take(*source, 10).size() == 3);
  CHECK(source->seek(1'000'000));
  CHECK(source->read({}).kind == ReadKind::end);
  CHECK_FALSE(source->seek(-1));
}

TEST_CASE("signals: the same bytes in one run, again, and after any seek") {
  for (const std::string& uri : kAll) {
    CAPTURE(uri);
    const auto source = open(uri);
    const auto channels = static_cast<size_t>(source->info().format.channels);
    const std::vector<float> whole = take(*source, 200'000);
    for (const int64_t position : {0, 1, 1023, 1024, 65'535, 65'536, 131'071, 150'001, 3}) {
      REQUIRE(source->seek(position));
      const std::vector<float> part = take(*source, 3000);
      CHECK(std::equal(part.begin(), part.end(), whole.begin() + static_cast<int64_t>(position * channels)));
    }
    CHECK(take_at(uri, 131'000, 1000) == std::vector<float>(whole.begin() + static_cast<int64_t>(131'000 * channels),
                                                            whole.begin() + static_cast<int64_t>(132'000 * channels)));
  }
}

TEST_CASE("signals: any chunking gives the same samples") {
  const std::unique_ptr<Wave> waves[] = {
      make_tone_wave(439.7, 48000, 0.5), make_sweep_wave(20, 8000, 100'000, 48000, 1),
      make_noise_wave(NoiseColor::white, 1, 0.5), make_noise_wave(NoiseColor::pink, 1, 0.5)};
  for (const auto& wave : waves) {
    std::vector<float> whole(2 * 70'000);
    wave->fill(60'000, whole, 2);
    std::vector<float> parts(whole.size());
    for (size_t at = 0, size = 1; at < parts.size(); at += 2 * size, size = size * 3 % 1031 + 1) {
      const size_t count = std::min(2 * size, parts.size() - at);
      wave->fill(60'000 + static_cast<int64_t>(at / 2), std::span(parts).subspan(at, count), 2);
    }
    CHECK(parts == whole);
  }
}

TEST_CASE("tone: level, channels, phase") {
  const std::vector<float> values = take_at("tone:1000?channels=2&gain=-20", 0, 48'000);
  CHECK(std::abs(peak_of(values) - 0.1) < 1e-6);
  CHECK(values[0] == 0);
  for (size_t i = 0; i < values.size(); i += 2) REQUIRE(values[i] == values[i + 1]);
  CHECK(std::abs(rms_db(values) + 23.0103) < 1e-3);
  CHECK(std::abs(peak_of(take_at("tone:", 0, 48'000)) - 0.501187) < 1e-5);  // 440 Hz does not hit its peak exactly
}

TEST_CASE("tone: the phase is exact, after any time") {
  for (const int64_t position :
       {int64_t{0}, int64_t{4'665'600'000}, int64_t{10'000'000'000}, int64_t{123'456'789'012}}) {
    CAPTURE(position);
    for (const auto& [hz, eighths_hz] : std::initializer_list<std::pair<const char*, int64_t>>{
             {"440", 3520}, {"999.5", 7996}, {"0.125", 1}, {"20123.625Hz", 160'989}, {"1k", 8000}}) {
      const auto& row_name = eighths_hz;  // clang 14 can't capture a structured binding
      CAPTURE(row_name);
      const std::vector<float> values = take_at("tone:" + std::string(hz) + "?gain=0", position, 3000);
      double worst = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        const double expected = exact_tone(eighths_hz, position + static_cast<int64_t>(i));
        worst = std::max(worst, std::abs(static_cast<double>(values[i]) - expected));
      }
      CHECK(worst < 1e-6);
    }
  }
  // A whole number of turns a second: exact at the end of time.
  const int64_t far = int64_t{48'000} * 100'000'000'000'000;
  CHECK(take_at("tone:440", far, 2000) == take_at("tone:440", 0, 2000));
}

TEST_CASE("sweep: begins and ends at its frequencies, exponentially, up or down") {
  // Frequency from the distance of rising zero crossings around a position.
  const auto hz_at = [](const std::string& uri, int64_t position, int64_t span) {
    const std::vector<float> values = take_at(uri, position, span);
    double first = -1;
    double last = 0;
    int turns = -1;
    for (size_t i = 1; i < values.size(); ++i) {
      if (!(values[i - 1] < 0 && values[i] >= 0)) continue;
      last = static_cast<double>(i) - values[i] / static_cast<double>(values[i] - values[i - 1]);
      if (first < 0) first = last;
      ++turns;
    }
    return turns * 48000.0 / (last - first);
  };
  CHECK(std::abs(hz_at("sweep:100..10000?duration=10s", 0, 2000) / 100 - 1) < 0.03);
  CHECK(std::abs(hz_at("sweep:100..10000?duration=10s", 240'000 - 480, 960) / 1000 - 1) < 0.02);
  CHECK(std::abs(hz_at("sweep:100..10000?duration=10s", 479'500, 500) / 10000 - 1) < 0.02);
  CHECK(std::abs(hz_at("sweep:10000..100?duration=10s", 240'000 - 480, 960) / 1000 - 1) < 0.02);
  CHECK(std::abs(hz_at("sweep:500..500?duration=10s", 100'000, 4800) / 500 - 1) < 1e-4);
  CHECK(take_at("sweep:", 0, 1'000'000).size() == 480'000);
  CHECK(open("sweep:?rate=8000")->info().total_samples == 80'000);
}

TEST_CASE("noise: white is flat, pink falls by 3 dB and brown by 6 dB per octave") {
  check_slope("noise:white", 0);
  check_slope("noise:pink", -3.01);
  check_slope("noise:brown", -6.02);
}

TEST_CASE("noise: levels, seeds, channels") {
  const std::vector<float> white = take_at("noise:white?gain=0", 0, 1 << 18);
  CHECK(peak_of(white) <= 1);
  CHECK(peak_of(white) > 0.9999);
  CHECK(std::abs(rms_db(white) + 4.77) < 0.1);
  CHECK(std::abs(rms_db(take_at("noise:pink?gain=0", 0, 1 << 20)) + 15) < 0.5);
  CHECK(std::abs(rms_db(take_at("noise:brown?gain=0", 0, 1 << 22)) + 15) < 0.5);
  CHECK(peak_of(take_at("noise:pink?gain=-20", 0, 1 << 20)) <= 0.1F);
  for (const char* name : {"noise:white", "noise:pink", "noise:brown"}) {
    const std::string uri = name;
    CHECK(take_at(uri, 0, 1000) == take_at(uri + "?seed=0", 0, 1000));
    CHECK(take_at(uri, 0, 1000) != take_at(uri + "?seed=1", 0, 1000));
  }
  // Channels are independent: their correlation is that of chance.
  for (const char* uri : {"noise:white?channels=2", "noise:pink?channels=2"}) {
    const std::vector<float> values = take_at(uri, 0, 1 << 18);
    double products = 0;
    double energy = 0;
    for (size_t i = 0; i < values.size(); i += 2) {
      products += static_cast<double>(values[i]) * values[i + 1];
      energy += static_cast<double>(values[i]) * values[i];
    }
    CHECK(std::abs(products / energy) < 0.1);
  }
}

TEST_CASE("noise: no seam where blocks of coloured noise meet") {
  const std::vector<float> values = take_at("noise:brown?gain=0", 65'536 - 2000, 4000);
  double largest = 0;
  for (size_t i = 1; i < values.size(); ++i) {
    if (i != 2000) largest = std::max(largest, std::abs(static_cast<double>(values[i]) - values[i - 1]));
  }
  CHECK(std::abs(static_cast<double>(values[2000]) - values[1999]) <= largest * 1.01);
}

TEST_CASE("silence is silent") {
  for (const float value : take_at("silence:?channels=2", 10, 10'000)) REQUIRE(value == 0);
}

TEST_CASE("signals: unknown keys and bad values are named, with something to try") {
  CHECK(refusal("tone:440?freq=1").find("unknown option 'freq'") != std::string::npos);
  CHECK(refusal("tone:440?freq=1").find("rate channels duration gain") != std::string::npos);
  CHECK(refusal("tone:?seed=1").find("seed") != std::string::npos);
  CHECK(refusal("silence:?gain=1").find("gain") != std::string::npos);
  CHECK(refusal("tone:?rate=0").find("rate") != std::string::npos);
  CHECK(refusal("tone:?rate=abc").find("rate") != std::string::npos);
  CHECK(refusal("tone:?channels=0").find("channels") != std::string::npos);
  CHECK(refusal("tone:?channels=257").find("256") != std::string::npos);
  CHECK(refusal("tone:?channels=2x").find("channels=2") != std::string::npos);
  CHECK(refusal("tone:?duration=-1").find("duration") != std::string::npos);
  CHECK(refusal("tone:?gain=loud").find("gain") != std::string::npos);
  CHECK(refusal("tone:?gain=nan").find("gain") != std::string::npos);
  CHECK(refusal("tone:?gain=41").find("gain") != std::string::npos);
  CHECK(refusal("noise:?seed=-1").find("seed") != std::string::npos);
  CHECK(refusal("noise:purple").find("noise:pink") != std::string::npos);
  CHECK(refusal("silence:5").find("duration") != std::string::npos);
  for (const char* hz : {"0", "-1", "x", "nan", "inf", "4001", "44x", "1kk"}) {
    CAPTURE(hz);
    CHECK_FALSE(refusal("tone:" + std::string(hz) + "?rate=8000").empty());
  }
  for (const char* range : {"20", "20..", "..20", "20..x", "20..30000"}) {
    CAPTURE(range);
    CHECK_FALSE(refusal("sweep:" + std::string(range)).empty());
  }
  CHECK(refusal("tone:4000?rate=8000").empty());
  OpenOptions second_track;
  second_track.track = 2;
  CHECK_THROWS_AS(open_tone({"tone:", false, {}, Origin::user}, second_track), Error);
}
