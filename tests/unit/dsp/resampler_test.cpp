#include "dsp/resampler.hpp"

#include <doctest/doctest.h>
#include <soxr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "support/signals.hpp"

using namespace astream;

namespace {

struct Rates {
  int in_hz;
  int out_hz;
};
constexpr std::array<Rates, 10> kRates = {{{44100, 16000},
                                           {48000, 16000},
                                           {48000, 8000},
                                           {96000, 44100},
                                           {192000, 8000},
                                           {8000, 48000},
                                           {44100, 48000},
                                           {11025, 16000},
                                           {22050, 16000},
                                           {16000, 15999}}};

void append(std::vector<float>& all, std::span<const float> part) {
  all.insert(all.end(), part.begin(), part.end());
}

std::vector<float> resample(const Rates& rates, std::span<const float> input, int channels = 1,
                            ResampleQuality quality = ResampleQuality::hq) {
  Resampler resampler(rates.in_hz, rates.out_hz, channels, quality);
  std::vector<float> output;
  append(output, resampler.process(input));
  append(output, resampler.finish());
  return output;
}

std::vector<float> resample_in_chunks(Resampler& resampler, std::span<const float> input, int channels,
                                      const std::vector<int64_t>& chunks) {
  std::vector<float> output;
  output.reserve(
      input.size() * static_cast<size_t>(resampler.out_rate_hz()) / static_cast<size_t>(resampler.in_rate_hz()) + 64);
  size_t done = 0;
  for (const int64_t chunk : chunks) {
    const auto size = static_cast<size_t>(chunk * channels);
    append(output, resampler.process(input.subspan(done, size)));
    done += size;
  }
  append(output, resampler.finish());
  return output;
}

/// libsoxr on its own, one run over the whole signal. (In blocks: soxr_oneshot is slow on long signals under ASan.)
std::vector<float> resample_unsegmented(const Rates& rates, const std::vector<float>& input) {
  constexpr size_t kBlockSamples = 1 << 16;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, SOXR_HI_PREC_CLOCK);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  const std::unique_ptr<soxr, decltype(&soxr_delete)> soxr(
      soxr_create(rates.in_hz, rates.out_hz, 1, &error, &io, &quality, &runtime), &soxr_delete);
  REQUIRE(error == nullptr);

  const auto length = resampled_length(static_cast<int64_t>(input.size()), rates.in_hz, rates.out_hz);
  std::vector<float> output(static_cast<size_t>(length) + 64);
  size_t taken = 0;
  size_t made = 0;
  for (;;) {
    const size_t size = std::min(kBlockSamples, input.size() - taken);
    size_t block_taken = 0;
    size_t block_made = 0;
    error = soxr_process(soxr.get(), size > 0 ? input.data() + taken : nullptr, size, &block_taken,
                         output.data() + made, output.size() - made, &block_made);
    REQUIRE(error == nullptr);
    taken += block_taken;
    made += block_made;
    if (size == 0 && block_made == 0) break;
  }
  output.resize(made);
  return output;
}

double largest_difference(std::span<const float> a, std::span<const float> b) {
  double largest = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  }
  return largest;
}

}  // namespace

TEST_CASE("resampled length is rounded to nearest in exact arithmetic") {
  CHECK(resampled_length(0, 44100, 16000) == 0);
  CHECK(resampled_length(1, 48000, 24000) == 1);  // a half goes up
  CHECK(resampled_length(3, 48000, 24000) == 2);
  CHECK(resampled_length(1, 48000, 16000) == 0);
  CHECK(resampled_length(2, 48000, 16000) == 1);
  CHECK(resampled_length(44100, 44100, 16000) == 16000);
  CHECK(resampled_length(int64_t{1} << 53, 6144000, 6143999) == 9007197788725488);
}

TEST_CASE("resampling gives round(n * out / in) samples") {
  for (const Rates& rates : kRates) {
    CAPTURE(rates.in_hz);
    CAPTURE(rates.out_hz);
    for (const int64_t n : {0, 1, 2, 3, 5, 10, 100, 441, 999, 4801}) {
      CAPTURE(n);
      const auto output = resample(rates, test::noise(n));
      REQUIRE(static_cast<int64_t>(output.size()) == resampled_length(n, rates.in_hz, rates.out_hz));
    }
    // The second segment is fed from before 10 s on; the ends that are delicate lie around the joint.
    for (const int64_t offset : {-300, -1, 0, 1, 300}) {
      CAPTURE(offset);
      const int64_t n = 10 * rates.in_hz + offset;
      const auto input = test::noise(n);
      const auto output = resample(rates, input);
      REQUIRE(static_cast<int64_t>(output.size()) == resampled_length(n, rates.in_hz, rates.out_hz));
      REQUIRE(largest_difference(output, resample_unsegmented(rates, input)) <= 1e-6);
    }
  }
}

TEST_CASE("segments join without a trace: the same as libsoxr in one piece") {
  for (const Rates& rates : kRates) {
    CAPTURE(rates.in_hz);
    CAPTURE(rates.out_hz);
    const auto input = test::noise(21 * int64_t{rates.in_hz} + 17, 1, 5);
    const auto output = resample(rates, input);
    const auto whole = resample_unsegmented(rates, input);
    REQUIRE(output.size() == whole.size());
    const double difference = largest_difference(output, whole);
    CHECK(difference <= 1e-6);
    // Nothing special within 50 ms of the joints either.
    for (const int64_t joint_s : {10, 20}) {
      const auto from = static_cast<size_t>(joint_s * rates.out_hz - rates.out_hz / 20);
      const auto count = static_cast<size_t>(rates.out_hz / 10);
      CHECK(largest_difference(std::span(output).subspan(from, count), std::span(whole).subspan(from, count)) <= 1e-6);
    }
  }
}

TEST_CASE("the same bytes for any chunking of the input") {
  for (const Rates& rates : kRates) {
    for (const ResampleQuality quality : {ResampleQuality::hq, ResampleQuality::fast}) {
      CAPTURE(rates.in_hz);
      CAPTURE(rates.out_hz);
      const int64_t n = 11 * int64_t{rates.in_hz} + 123;
      const auto input = test::noise(n, 2, 9);
      const auto whole = resample(rates, input, 2, quality);
      for (unsigned seed = 0; seed < 3; ++seed) {
        Resampler resampler(rates.in_hz, rates.out_hz, 2, quality);
        const int64_t largest = std::array<int64_t, 3>{257, 5000, 200000}[seed];
        const auto chunks = test::random_chunks(n, largest, seed);
        REQUIRE(resample_in_chunks(resampler, input, 2, chunks) == whole);
      }
    }
  }
}

TEST_CASE("a run that starts in the middle gives bit for bit what a whole run gives there") {
  std::mt19937 random(11);
  for (const Rates& rates : kRates) {
    CAPTURE(rates.in_hz);
    CAPTURE(rates.out_hz);
    const int64_t n = 21 * int64_t{rates.in_hz} + 1;
    const auto input = test::noise(n, 1, 13);
    const auto whole = resample(rates, input);
    const auto length = static_cast<int64_t>(whole.size());
    Resampler resampler(rates.in_hz, rates.out_hz, 1, ResampleQuality::hq);
    std::vector<int64_t> positions = {0, 1, length - 1};
    for (const int64_t joint_s : {10, 20}) {
      for (const int64_t offset : {-1, 0, 1}) positions.push_back(joint_s * rates.out_hz + offset);
    }
    for (int i = 0; i < 4; ++i) positions.push_back(static_cast<int64_t>(random()) % length);
    for (const int64_t position : positions) {
      CAPTURE(position);
      const auto start = resampler.start_point(position);
      resampler.start_at(start.in_sample);
      const auto rest = std::span(input).subspan(static_cast<size_t>(start.in_sample));
      const auto chunks = test::random_chunks(static_cast<int64_t>(rest.size()), 30000, random());
      const auto output = resample_in_chunks(resampler, rest, 1, chunks);
      const auto wanted = std::span(whole).subspan(static_cast<size_t>(position));
      REQUIRE(static_cast<int64_t>(output.size()) == start.drop_samples + static_cast<int64_t>(wanted.size()));
      REQUIRE(std::equal(wanted.begin(), wanted.end(), output.begin() + start.drop_samples));
    }
  }
}

TEST_CASE("a run can only start where a segment is fed from") {
  Resampler resampler(44100, 16000, 1, ResampleQuality::hq);
  CHECK_THROWS_AS(resampler.start_at(1), Error);
  CHECK_THROWS_AS(resampler.start_at(441000), Error);
  CHECK_THROWS_AS(resampler.start_at(-1), Error);
  CHECK_NOTHROW(resampler.start_at(0));
  const auto start = resampler.start_point(160000);
  CHECK(start.drop_samples == 0);
  CHECK(start.in_sample < 441000);
  CHECK(start.in_sample > 431000);
  CHECK_THROWS_AS(Resampler(0, 16000, 1, ResampleQuality::hq), Error);
  CHECK_THROWS_AS(Resampler(44100, 16000, 0, ResampleQuality::hq), Error);
}

TEST_CASE("a pulse stays where it is in time") {
  for (const Rates& rates : kRates) {
    CAPTURE(rates.in_hz);
    CAPTURE(rates.out_hz);
    // One pulse well inside a segment and one close to a joint.
    for (const int64_t at : {int64_t{rates.in_hz} * 3 / 2, 10 * int64_t{rates.in_hz} - 7}) {
      const auto output = resample(rates, test::pulse(at + rates.in_hz, at));
      const auto peak = std::max_element(output.begin(), output.end()) - output.begin();
      const double expected = static_cast<double>(at) * rates.out_hz / rates.in_hz;
      CHECK(std::abs(static_cast<double>(peak) - expected) <= 0.5);
    }
  }
}

TEST_CASE("channels are converted apart from each other") {
  const Rates rates{44100, 16000};
  const auto left = test::noise(50000, 1, 21);
  const auto right = test::noise(50000, 1, 22);
  std::vector<float> both;
  for (size_t i = 0; i < left.size(); ++i) both.insert(both.end(), {left[i], right[i]});
  const auto output = resample(rates, both, 2);
  const auto left_alone = resample(rates, left);
  const auto right_alone = resample(rates, right);
  REQUIRE(output.size() == 2 * left_alone.size());
  for (size_t i = 0; i < left_alone.size(); ++i) {
    REQUIRE(output[2 * i] == left_alone[i]);
    REQUIRE(output[2 * i + 1] == right_alone[i]);
  }
}

TEST_CASE("a resampler used again after start_at(0) has forgotten all before") {
  const Rates rates{48000, 16000};
  const auto first = test::noise(600000, 1, 31);
  const auto second = test::noise(70000, 1, 32);
  Resampler resampler(rates.in_hz, rates.out_hz, 1, ResampleQuality::hq);
  resampler.process(first);
  resampler.start_at(0);
  CHECK(resample_in_chunks(resampler, second, 1, {70000}) == resample(rates, second));
}

TEST_CASE("output follows the input closely enough for live use") {
  const auto most_behind_s = [](const Rates& rates, ResampleQuality quality) {
    Resampler resampler(rates.in_hz, rates.out_hz, 1, quality);
    const std::vector<float> block(64, 0.0F);
    int64_t given = 0;
    int64_t got = 0;
    double most = 0;
    while (given < 5 * rates.in_hz) {
      got += static_cast<int64_t>(resampler.process(block).size());
      given += 64;
      const double given_s = static_cast<double>(given) / rates.in_hz;
      most = std::max(most, given_s - static_cast<double>(got) / rates.out_hz);
    }
    return most;
  };
  for (const Rates& rates : {Rates{48000, 16000}, Rates{44100, 16000}}) {
    CHECK(most_behind_s(rates, ResampleQuality::hq) < 0.020);
    CHECK(most_behind_s(rates, ResampleQuality::fast) < 0.006);
  }
}

TEST_CASE("unusual ratios work") {
  for (const Rates& rates : {Rates{44100, 44101}, Rates{384000, 16000}, Rates{96000, 95999}, Rates{8000, 192000},
                             Rates{300, 44100}, Rates{1000, 999}}) {
    CAPTURE(rates.in_hz);
    CAPTURE(rates.out_hz);
    const auto input = test::noise(11 * int64_t{rates.in_hz} + 3);
    const auto output = resample(rates, input);
    CHECK(static_cast<int64_t>(output.size()) ==
          resampled_length(static_cast<int64_t>(input.size()), rates.in_hz, rates.out_hz));
    CHECK(largest_difference(output, resample_unsegmented(rates, input)) <= 2e-6);
  }
}
