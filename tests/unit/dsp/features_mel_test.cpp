#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/mel_filterbank.hpp"
#include "dsp/features/mel_style.hpp"
#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

double weight_sum(const MelFilterbank& bank, int bins) {
  double sum = 0;
  for (int m = 0; m < bank.mel_count(); ++m)
    for (int k = 0; k < bins; ++k) sum += bank.weight(m, k);
  return sum;
}

/// Rounding decides whether a filter's edge that falls on a bin has a weight there of 1e-16 or none.
bool has_weights(const MelFilterbank& bank, int bins, int wanted) {
  int count = 0;
  for (int m = 0; m < bank.mel_count(); ++m)
    for (int k = 0; k < bins; ++k) count += bank.weight(m, k) > 0;
  return std::abs(count - wanted) <= 1;
}

FeatureRequest style_request(const char* group, const char* style, int rate_hz) {
  FeatureRequest request = feature_request({group}, rate_hz);
  request.options.mel.style = parse_mel_style(style);
  return request;
}

/// The whole signal as one patch.
FeatureRequest whole_patch(FeatureRequest request, int64_t samples) {
  request.rows.mode = RowMode::patches;
  request.rows.window_samples = request.rows.hop_samples = samples;
  return request;
}

size_t largest(const std::vector<double>& values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

void check_picks(const std::vector<double>& values, const std::vector<size_t>& picks, const std::vector<double>& golden,
                 double tolerance) {
  for (size_t i = 0; i < picks.size(); ++i) {
    CAPTURE(picks[i]);
    CHECK(std::abs(values.at(picks[i]) - golden[i]) <= tolerance);
  }
}

/// 0.5 sin at 1 kHz, one second.
const std::vector<float>& tone16k() {
  static const std::vector<float> tone = sine(0.5, 1000, 16000, 16000);
  return tone;
}

}  // namespace

TEST_CASE("mel scales have their known values") {
  CHECK(mel_from_hz(1000, MelScale::slaney) == doctest::Approx(15));
  CHECK(mel_from_hz(4000, MelScale::slaney) == doctest::Approx(35.16376031));
  CHECK(mel_from_hz(8000, MelScale::slaney) == doctest::Approx(45.24564047));
  CHECK(mel_from_hz(1000, MelScale::htk) == doctest::Approx(999.98553).epsilon(1e-7));
  for (const MelScale scale : {MelScale::slaney, MelScale::htk, MelScale::kaldi})
    for (const double hz : {0.0, 60.0, 999.0, 1001.0, 15000.0})
      CHECK(hz_from_mel(mel_from_hz(hz, scale), scale) == doctest::Approx(hz));
}

TEST_CASE("filterbanks have librosa's and torchaudio's weights") {
  MelFilterbankSpec spec{22050, 2048, 128, 0, 11025, MelScale::slaney};
  spec.is_area_normalised = true;
  const MelFilterbank librosa(spec);
  CHECK(weight_sum(librosa, 1025) == doctest::Approx(11.88668129));
  CHECK(librosa.weight(0, 1) == doctest::Approx(0.01618285));
  CHECK(has_weights(librosa, 1025, 2018));
  spec = {16000, 400, 80, 0, 8000, MelScale::slaney};
  spec.is_area_normalised = true;
  const MelFilterbank whisper(spec);
  CHECK(weight_sum(whisper, 201) == doctest::Approx(1.99902410));
  CHECK(whisper.weight(0, 1) == doctest::Approx(0.02486259));
  CHECK(has_weights(whisper, 201, 391));
  const MelFilterbank torchaudio({16000, 400, 128, 0, 8000, MelScale::htk});
  CHECK(weight_sum(torchaudio, 201) == doctest::Approx(197.37665));
  CHECK(has_weights(torchaudio, 201, 395));
  CHECK(torchaudio.empty_filters().size() == 4);
}

TEST_CASE("bounds that make no sense are refused") {
  CHECK_THROWS_AS(MelFilterbank({16000, 400, 0, 0, 8000}), Error);
  CHECK_THROWS_AS(MelFilterbank({16000, 400, 80, 8000, 8000}), Error);
  CHECK_THROWS_AS(parse_mel_style("nobody"), Error);
}

TEST_CASE("whisper: golden values of a tone") {
  const FeatureRun run = run_features(whole_patch(style_request("logmel", "whisper", 16000), 16000), tone16k());
  REQUIRE(run.rows.size() == 1);
  REQUIRE(run.rows[0].row.frames == 100);
  REQUIRE(run.columns.size() == 80);
  const std::vector<double> row(run.rows[0].values.begin() + 50 * 80, run.rows[0].values.begin() + 51 * 80);
  CHECK(largest(row) == 26);
  CHECK(std::abs(row[26] - 1.439652) < 5e-5);
  check_picks(row, {0, 1, 2}, {-0.560348, -0.560348, -0.560348}, 5e-5);
  // Without windows nothing is known of what follows: the same values before the limit at 80 dB below the loudest.
  const FeatureRun frames = run_features(style_request("logmel", "whisper", 16000), tone16k());
  REQUIRE(frames.rows.size() == 100);
  CHECK(frames.rows[50].values[26] == doctest::Approx(row[26]));
  CHECK(frames.rows[50].values[0] < row[0]);
}

TEST_CASE("yamnet, vggish, kaldi and torchaudio: golden values of a tone") {
  FeatureRun run = run_features(style_request("logmel", "yamnet", 16000), tone16k());
  REQUIRE(run.rows.size() == 98);
  CHECK(largest(run.rows[49].values) == 19);
  check_picks(run.rows[49].values, {19, 0, 1, 2}, {4.117905, -6.407596, -5.814134, -5.593718}, 5e-5);
  run = run_features(style_request("logmel", "vggish", 16000), tone16k());
  REQUIRE(run.rows.size() == 98);
  check_picks(run.rows[49].values, {19, 0, 1, 2}, {4.118052, -4.542291, -4.424094, -4.364488}, 5e-5);
  run = run_features(feature_request({"fbank"}, 16000), tone16k());
  REQUIRE(run.rows.size() == 98);
  REQUIRE(run.columns.size() == 80);
  CHECK(largest(run.rows[49].values) == 27);
  CHECK(std::abs(run.rows[49].values[27] - 6.259535) < 2e-3);
  FeatureRequest torchaudio = style_request("logmel", "torchaudio", 16000);
  run = run_features(torchaudio, tone16k());
  REQUIRE(run.rows.size() == 81);
  CHECK(largest(run.rows[40].values) == 44);
  CHECK(std::abs(run.rows[40].values[44] - 31.98062) < 1e-3);
  REQUIRE(run.notes.size() == 1);
  CHECK(run.notes[0].find("bands 0 3 6 13;") != std::string::npos);
}

TEST_CASE("librosa mfcc: golden values of a tone, centred") {
  FeatureRequest request = feature_request({"mfcc"}, 16000);
  request.options.frame.alignment = FrameAlignment::centred;
  const FeatureRun run = run_features(request, tone16k());
  REQUIRE(run.rows.size() == 32);
  check_picks(run.rows[15].values, {0, 1, 2, 3}, {-1097.5462, 24.1157, -23.4921, -47.7463}, 5e-3);
}

TEST_CASE("kaldi, ast, panns, clap and torchaudio mfcc: golden values of tones in noise") {
  check_picks(run_features(feature_request({"fbank"}, 16000), tones_in_noise(16000, 16000)).rows.at(60).values,
              {0, 10, 40, 79}, {-6.173076022, -4.259266696, -5.106583253, -1.882681477}, 1e-5);
  check_picks(run_features(style_request("logmel", "ast", 16000), tones_in_noise(16000, 16000)).rows.at(60).values,
              {0, 10, 40, 127}, {-0.159060163, 0.5660043884, -0.4900341758, 0.1912311517}, 1e-5);
  check_picks(run_features(style_request("mfcc", "torchaudio", 16000), tones_in_noise(16000, 16000)).rows.at(60).values,
              {0, 1, 2, 3}, {-233.5113132, -17.2417704, 3.110956881, 12.2049199}, 1e-4);
  check_picks(run_features(style_request("logmel", "panns", 32000), tones_in_noise(32000, 32000)).rows.at(60).values,
              {0, 10, 40, 63}, {-30.6637068, -33.41336924, -35.92998495, -35.09816865}, 1e-4);
  check_picks(run_features(style_request("logmel", "clap", 48000), tones_in_noise(48000, 48000)).rows.at(60).values,
              {0, 10, 40, 63}, {-5.911931396, -33.96701239, -35.74806273, -34.70915445}, 1e-4);
}

TEST_CASE("silence gives each flavour's floor") {
  const std::vector<float> silence(16000);
  const auto first = [&](const char* style, int rate_hz) {
    return run_features(style_request("logmel", style, rate_hz), silence).rows.at(3).values.at(5);
  };
  CHECK(first("librosa", 16000) == doctest::Approx(-100));
  CHECK(first("whisper", 16000) == doctest::Approx(-1.5));
  CHECK(first("yamnet", 16000) == doctest::Approx(-6.907755));
  CHECK(first("vggish", 16000) == doctest::Approx(-4.605170));
  CHECK(first("kaldi", 16000) == doctest::Approx(-15.942385));
  const std::vector<double> mfcc = run_features(feature_request({"mfcc"}, 16000), silence).rows.at(3).values;
  CHECK(mfcc[0] == doctest::Approx(-1131.371));
  for (size_t i = 1; i < mfcc.size(); ++i) CHECK(std::abs(mfcc[i]) < 1e-9);
}

TEST_CASE("kaldi: int16 scale adds 2 ln 32768, and mfcc keeps the log energy in c_0") {
  FeatureRequest request = feature_request({"fbank"}, 16000);
  const std::vector<float> signal = tones_in_noise(16000, 8000);
  const double plain = run_features(request, signal).rows.at(30).values.at(20);
  request.options.mel.input_scale = 32768;
  CHECK(run_features(request, signal).rows.at(30).values.at(20) - plain == doctest::Approx(2 * std::log(32768.0)));

  FeatureRequest mfcc = feature_request({"mfcc"}, 16000);
  mfcc.options.mfcc.style = MfccStyle::kaldi;
  const FeatureRun with_energy = run_features(mfcc, sine(0.5, 1000, 16000, 8000));
  REQUIRE(with_energy.columns.size() == 13);
  CHECK(with_energy.rows.at(10).values[0] == doctest::Approx(std::log(400 * 0.125)).epsilon(1e-4));
  mfcc.options.kaldi.is_htk_compatible = true;
  const FeatureRun htk = run_features(mfcc, sine(0.5, 1000, 16000, 8000));
  CHECK(htk.rows.at(10).values[12] == with_energy.rows.at(10).values[0]);
  CHECK(htk.rows.at(10).values[0] == with_energy.rows.at(10).values[1]);
}

TEST_CASE("a cropped or padded patch of AST is filled with zeros before it is normalised") {
  FeatureRequest request = style_request("logmel", "ast", 16000);
  request = whole_patch(request, 4000);
  request.rows.tail = Tail::pad;
  const FeatureRun run = run_features(request, tones_in_noise(16000, 2000));
  REQUIRE(run.rows.size() == 1);
  REQUIRE(run.rows[0].row.frames == 23);
  CHECK(run.rows[0].values[22 * 128] == doctest::Approx(4.2677393 / (2 * 4.5689974)));
  CHECK(run.rows[0].values[11 * 128] == doctest::Approx(4.2677393 / (2 * 4.5689974)));  // frame 11 ends at 2160
  CHECK(run.rows[0].values[10 * 128] != doctest::Approx(4.2677393 / (2 * 4.5689974)));  // frame 10 at 2000
}

TEST_CASE("Kaldi's lengths are cut off, not rounded") {
  const FeatureExtractor extractor(feature_request({"fbank"}, 44100), [](const FeatureRow&) {});
  CHECK(extractor.frame_plan().window_samples == 1102);
  const FeatureExtractor slow(feature_request({"fbank"}, 11025), [](const FeatureRow&) {});
  CHECK(slow.frame_plan().hop_samples == 110);
}
