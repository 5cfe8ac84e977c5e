#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "dsp/level_envelope.hpp"
#include "dsp/pooled_spectrogram.hpp"

using namespace astream;

namespace {

std::vector<double> make_noise(size_t count) {
  std::mt19937 engine(5);
  std::uniform_real_distribution<double> value(-1, 1);
  std::vector<double> noise(count);
  for (double& sample : noise) sample = value(engine);
  return noise;
}

double mean_power(const PooledTimeline<SpectrumCell>& columns, size_t band) {
  double sum = 0, frames = 0;
  for (const SpectrumCell& cell : columns.cells()) {
    if (cell.is_empty()) continue;
    sum += cell.powers[band] * cell.frames;
    frames += cell.frames;
  }
  return sum / frames;
}

}  // namespace

TEST_CASE("an envelope keeps extremes, energy and places whatever its capacity and the chunks") {
  const std::vector<double> noise = make_noise(10007);
  const auto [lowest, highest] = std::ranges::minmax_element(noise);
  double energy = 0;
  for (const double sample : noise) energy += sample * sample;
  for (const size_t capacity : {2, 7, 256, 20000}) {
    for (const size_t chunk : {1, 333, 20000}) {
      LevelEnvelope envelope(capacity);
      for (size_t i = 0; i < noise.size(); i += chunk) {
        add_samples(envelope, static_cast<int64_t>(i), std::span(noise).subspan(i, std::min(chunk, noise.size() - i)));
      }
      const LevelCell all = level_between(envelope, 0, 10007);
      CHECK(all.lowest == *lowest);
      CHECK(all.highest == *highest);
      CHECK(all.values == 10007);
      CHECK(all.energy == doctest::Approx(energy).epsilon(1e-12));
      CHECK(envelope.cells().size() <= capacity + 1);
      const auto cell = static_cast<size_t>((lowest - noise.begin()) / envelope.cell_samples());
      CHECK(envelope.cells()[cell].lowest == *lowest);
    }
  }
}

TEST_CASE("what was never told stays empty between what was") {
  LevelEnvelope envelope(8);
  add_samples(envelope, 0, std::vector<double>(4, 0.5));
  add_samples(envelope, 60, std::vector<double>(4, -0.25));
  CHECK(envelope.cell_samples() == 8);
  CHECK(envelope.cells()[0].values == 4);
  CHECK(envelope.cells()[3].is_empty());
  CHECK(envelope.cells()[7].peak() == 0.25);
}

TEST_CASE("bands cover every bin of the axis once, with a tone's level kept") {
  for (const FrequencyScale scale : {FrequencyScale::linear, FrequencyScale::log, FrequencyScale::mel}) {
    const FrequencyAxis axis(scale, 20, 24000);
    const auto bands = make_frequency_bands(axis, 300, 2048, 48000);
    for (size_t i = 1; i < bands.size(); ++i) {
      CHECK(bands[i].first_bin == bands[i - 1].end_bin);
      CHECK(bands[i].hz > bands[i - 1].hz);
      CHECK(bands[i].hz >= (bands[i].first_bin - 1) * 48000.0 / 2048);
    }
    CHECK(bands.back().end_bin == 1025);
    CHECK(axis.hz_at(axis.position_of(1234)) == doctest::Approx(1234));
  }
}

TEST_CASE("pooled columns conserve power, and a sine of full scale is 0 dB") {
  constexpr int kRate = 8000, kFft = 256;
  const FrequencyAxis axis(FrequencyScale::linear, 0, 4000);
  const auto bands = make_frequency_bands(axis, 400, kFft, kRate);
  std::vector<std::vector<double>> sound(1, make_noise(40000));
  for (size_t i = 0; i < sound[0].size(); ++i) {
    sound[0][i] = 0.01 * sound[0][i] + std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(i) / kRate);
  }
  // From the same hop on, wide or narrow columns hold the same frames.
  PooledSpectrogram wide({kRate, 1}, kFft, bands, 8, kFft / 2), narrow({kRate, 1}, kFft, bands, 1000, kFft / 2);
  for (PooledSpectrogram* spectrogram : {&wide, &narrow}) {
    spectrogram->process(0, sound);
    spectrogram->end_segment();
  }
  CHECK(wide.columns().cells().size() <= 8);
  CHECK(narrow.columns().cells().size() > 300);
  const size_t tone = 1000 * kFft / kRate;
  REQUIRE(bands[tone].hz == 1000);
  CHECK(mean_power(narrow.columns(), tone) == doctest::Approx(1).epsilon(0.01));
  for (const size_t band : {size_t{5}, tone, size_t{90}}) {
    CHECK(mean_power(wide.columns(), band) == doctest::Approx(mean_power(narrow.columns(), band)).epsilon(0.03));
  }
}

TEST_CASE("columns have no click at the ends, none in gaps, and one frame for the shortest sound") {
  constexpr int kRate = 8000, kFft = 512;
  const auto bands = make_frequency_bands({FrequencyScale::linear, 0, 4000}, 400, kFft, kRate);
  PooledSpectrogram spectrogram({kRate, 1}, kFft, bands, 512, 64);
  std::vector<std::vector<double>> tone(1, std::vector<double>(4000));
  for (size_t i = 0; i < tone[0].size(); ++i) {
    tone[0][i] = std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(i) / kRate);
  }
  spectrogram.process(0, tone);
  spectrogram.end_segment();
  spectrogram.process(8000, {{std::vector<double>(1, 0.5)}});
  spectrogram.end_segment();
  const auto& cells = spectrogram.columns().cells();
  REQUIRE(cells.size() == 8000 / 64 + 1);
  for (size_t i = 0; i < 4000 / 64; ++i) {
    REQUIRE(!cells[i].is_empty());
    CHECK(cells[i].powers[64] == doctest::Approx(1).epsilon(0.01));
    CHECK(cells[i].powers[200] < 1e-9);
  }
  for (size_t i = 4000 / 64 + 1; i < 8000 / 64; ++i) CHECK(cells[i].is_empty());
  CHECK(!cells.back().is_empty());
}
