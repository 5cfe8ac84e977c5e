// Rows: how many, where, over which frames; chunking, gaps, channels, non-finite samples.
#include "dsp/features/feature_extractor.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "support/feature_rows.hpp"

using namespace astream;
using namespace astream::test;

namespace {

constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();

bool same_bits(const FeatureRun& a, const FeatureRun& b) {
  if (a.rows.size() != b.rows.size()) return false;
  for (size_t i = 0; i < a.rows.size(); ++i) {
    const KeptRow &x = a.rows[i], &y = b.rows[i];
    if (x.row.index != y.row.index || x.row.start_sample != y.row.start_sample || x.row.channel != y.row.channel)
      return false;
    if (x.values.size() != y.values.size()) return false;
    if (!x.values.empty() && std::memcmp(x.values.data(), y.values.data(), x.values.size() * sizeof(double)) != 0)
      return false;
  }
  return true;
}

FeatureRequest framed(std::vector<std::string> names, int64_t frame, int64_t hop) {
  FeatureRequest request = feature_request(std::move(names), 16000);
  request.options.frame.frame = TimeSpec{0, frame};
  request.options.frame.hop = TimeSpec{0, hop};
  return request;
}

FeatureRequest statistics(std::vector<std::string> names, int64_t window, int64_t hop, const char* list) {
  FeatureRequest request = window_request(std::move(names), 16000, window);
  request.rows.hop_samples = hop;
  request.rows.statistics = parse_statistics(list);
  return request;
}

/// 0, 1, 2, ... so that every value tells its place.
std::vector<float> ramp(int64_t samples) {
  std::vector<float> signal;
  for (int64_t n = 0; n < samples; ++n) signal.push_back(static_cast<float>(n));
  return signal;
}

}  // namespace

TEST_CASE("the number of frame rows by tail rule and alignment") {
  const struct {
    int64_t total, frame, hop, drop, pad, centred, kaldi;
  } table[] = {
      {16000, 400, 160, 98, 99, 101, 100}, {16000, 1024, 512, 30, 31, 32, 31}, {1000, 400, 160, 4, 5, 7, 6},
      {399, 400, 160, 0, 1, 3, 2},         {400, 400, 160, 1, 1, 3, 3},        {401, 400, 160, 1, 2, 3, 3},
      {44100, 2048, 512, 83, 84, 87, 86},  {22050, 2048, 512, 40, 41, 44, 43}, {0, 400, 160, 0, 0, 0, 0},
      {1, 400, 160, 0, 1, 1, 0},           {48000, 14400, 14400, 3, 4, 4, 3},  {48000, 14400, 7200, 5, 6, 7, 7}};
  for (const auto& row : table) {
    CAPTURE(row.total);
    CAPTURE(row.frame);
    FeatureRequest request = framed({"rms"}, row.frame, row.hop);
    const std::vector<float> signal(static_cast<size_t>(row.total), 0.5F);
    CHECK(run_features(request, signal).rows.size() == static_cast<size_t>(row.drop));
    request.rows.tail = Tail::pad;
    CHECK(run_features(request, signal).rows.size() == static_cast<size_t>(row.pad));
    request.options.frame.alignment = FrameAlignment::centred;
    CHECK(run_features(request, signal).rows.size() == static_cast<size_t>(row.centred));
    request.options.frame.alignment = FrameAlignment::kaldi_centred;
    CHECK(run_features(request, signal).rows.size() == static_cast<size_t>(row.kaldi));
  }
}

TEST_CASE("frames stand where they should, and padding is what the alignment says") {
  FeatureRequest request = framed({"dc"}, 4, 2);
  FeatureRun run = run_features(request, ramp(9));
  REQUIRE(run.rows.size() == 3);
  CHECK(run.rows[2].row.start_sample == 4);
  CHECK(run.rows[2].values[0] == 5.5);
  request.rows.tail = Tail::pad;
  run = run_features(request, ramp(9));
  REQUIRE(run.rows.size() == 4);
  CHECK(run.rows[3].row.duration_samples == 3);
  CHECK(run.rows[3].values[0] == (6 + 7 + 8) / 4.0);
  request.options.frame.alignment = FrameAlignment::centred;
  run = run_features(request, ramp(9));
  REQUIRE(run.rows.size() == 5);
  CHECK(run.rows[4].row.start_sample == 8);
  CHECK(run.rows[0].values[0] == (0 + 0 + 0 + 1) / 4.0);
  CHECK(run.rows[4].values[0] == (6 + 7 + 8 + 0) / 4.0);
  request.options.frame.padding = FramePadding::reflect;
  run = run_features(request, ramp(9));
  CHECK(run.rows[0].values[0] == (2 + 1 + 0 + 1) / 4.0);
  CHECK(run.rows[4].values[0] == (6 + 7 + 8 + 7) / 4.0);
  request.options.frame.padding.reset();
  request.options.frame.alignment = FrameAlignment::kaldi_centred;
  run = run_features(request, ramp(9));
  REQUIRE(run.rows.size() == 5);
  CHECK(run.rows[0].values[0] == (0 + 0 + 1 + 2) / 4.0);
  CHECK(run.rows[4].values[0] == (7 + 8 + 8 + 7) / 4.0);
}

TEST_CASE("a signal too short to be reflected gives no rows and a note") {
  FeatureRequest request = framed({"rms"}, 400, 160);
  request.options.frame.alignment = FrameAlignment::centred;
  request.options.frame.padding = FramePadding::reflect;
  const FeatureRun run = run_features(request, ramp(200));
  CHECK(run.rows.empty());
  CHECK(run.notes.size() == 1);
  CHECK(run_features(request, ramp(201)).rows.size() == 2);
}

TEST_CASE("statistics are of the frames wholly inside each window") {
  FeatureRequest request = statistics({"dc", "peak"}, 10, 5, "mean,std,min,max,median,p25");
  request.options.frame.frame = TimeSpec{0, 4};
  request.options.frame.hop = TimeSpec{0, 3};
  const FeatureRun run = run_features(request, ramp(21));
  REQUIRE(run.columns.size() == 12);
  CHECK(run.columns[0] == "dc_mean");
  CHECK(run.columns[11] == "peak_p25");
  REQUIRE(run.rows.size() == 3);  // windows at 0, 5, 10; frames at 0, 3, 6 in each
  for (size_t i = 0; i < 3; ++i) {
    const double start = 5.0 * static_cast<double>(i);
    CHECK(run.rows[i].row.start_sample == start);
    CHECK(run.rows[i].values[0] == start + 4.5);
    CHECK(run.rows[i].values[1] == doctest::Approx(std::sqrt(6.0)));
    CHECK(run.rows[i].values[2] == start + 1.5);
    CHECK(run.rows[i].values[3] == start + 7.5);
    CHECK(run.rows[i].values[4] == start + 4.5);
    CHECK(run.rows[i].values[5] == start + 3);
    CHECK(run.rows[i].values[9] == start + 9);
  }
}

TEST_CASE("tail rules of row windows, and windows shorter than a frame") {
  FeatureRequest request = statistics({"peak", "lzeq_db"}, 100, 100, "max");
  request.options.frame.frame = TimeSpec{0, 40};
  request.options.frame.hop = TimeSpec{0, 20};
  const std::vector<float> ones(130, 1.0F);
  CHECK(run_features(request, ones).rows.size() == 1);
  request.rows.tail = Tail::pad;
  FeatureRun run = run_features(request, ones);
  REQUIRE(run.rows.size() == 2);
  CHECK(run.rows[1].row.duration_samples == 30);
  CHECK(run.rows[1].values[0] == 1);
  CHECK(run.rows[1].values[1] == 0);  // levels are of the real samples only
  request.rows.tail = Tail::crop;
  CHECK(run_features(request, ones).rows.at(1).values[0] == 1);
  FeatureRequest small = statistics({"rms"}, 100, 100, "mean");
  run = run_features(small, ones);
  REQUIRE(run.rows.size() == 1);
  CHECK(run.rows[0].values[0] == doctest::Approx(std::sqrt(100 / 2048.0)));
  CHECK(run.notes.size() == 1);
}

TEST_CASE("the same bits whatever the chunking") {
  const std::vector<float> signal = tones_in_noise(16000, 12000);
  std::vector<FeatureRequest> requests;
  requests.push_back(feature_request({"level", "zcr", "spectral", "mfcc", "pcen", "pitch", "chroma", "onset",
                                      "contrast", "loudness", "spl", "octave", "vad"},
                                     16000));
  requests.back().options.frame.alignment = FrameAlignment::centred;
  requests.push_back(statistics({"level", "pcen", "loudness", "spl", "vad", "indices"}, 3000, 1000, "mean,p90"));
  requests.back().rows.tail = Tail::pad;
  requests.push_back(feature_request({"fbank", "lufs_m"}, 16000));
  requests.back().options.delta_order = 2;
  requests.push_back(feature_request({"logmel"}, 16000));
  requests.back().options.mel.style = MelStyle::whisper;
  requests.push_back(requests.back());
  requests.back().rows = {RowMode::patches, 4000, 1500, Tail::crop, {}};
  for (const FeatureRequest& request : requests) {
    const FeatureRun whole = run_features(request, signal, signal.size());
    CHECK(whole.rows.size() > 2);
    for (const size_t chunk : {size_t{1}, size_t{7}, size_t{160}, size_t{4096}})
      CHECK(same_bits(whole, run_features(request, signal, chunk)));
  }
}

TEST_CASE("PCEN goes on across windows, overlapping or not, unless it is to be reset") {
  // Frames of hop 512 and windows that hold a whole number of them: the same values as one row per frame gives.
  const std::vector<float> signal = tones_in_noise(16000, 16384);
  const FeatureRun frames = run_features(feature_request({"pcen_20"}, 16000), signal);
  FeatureRequest request = statistics({"pcen_20"}, 4096, 1024, "min");
  request.rows.statistics = parse_statistics("p0,p100");
  const FeatureRun windows = run_features(request, signal);
  REQUIRE(windows.rows.size() == 13);
  for (size_t w = 0; w < windows.rows.size(); ++w) {
    double least = 1e9, most = -1e9;
    for (size_t f = 2 * w; f < 2 * w + 5; ++f) {
      least = std::min(least, frames.rows[f].values[0]);
      most = std::max(most, frames.rows[f].values[0]);
    }
    CHECK(windows.rows[w].values[0] == least);
    CHECK(windows.rows[w].values[1] == most);
  }
  request.options.pcen.resets_per_window = true;
  CHECK(run_features(request, signal).rows[8].values[1] != windows.rows[8].values[1]);
}

TEST_CASE("derivatives by Kaldi's regression; rows wait for the frames they need") {
  FeatureRequest request = framed({"dc"}, 1, 1);
  request.options.frame.frame = TimeSpec{0, 2};
  request.options.frame.hop = TimeSpec{0, 2};
  request.options.delta_order = 2;
  std::vector<float> signal;
  for (int t = 0; t < 12; ++t) signal.insert(signal.end(), 2, static_cast<float>(t * t));
  const FeatureRun run = run_features(request, signal);
  CHECK(run.columns == std::vector<std::string>{"dc", "dc_d", "dc_dd"});
  REQUIRE(run.rows.size() == 12);
  CHECK(run.rows[5].values[0] == 25);
  CHECK(run.rows[5].values[1] == doctest::Approx(10));
  CHECK(run.rows[5].values[2] == doctest::Approx(2));
  // At the start the first row is repeated: (1*(1-0) + 2*(4-0)) / 10.
  CHECK(run.rows[0].values[1] == doctest::Approx(0.9));
}

TEST_CASE("NaN and infinity make exactly their rows NaN and poison nothing") {
  std::vector<float> clean = tones_in_noise(16000, 16000);
  clean[3000] = 0;
  std::vector<float> dirty = clean;
  for (const float bad :
       {kNotANumber, std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    dirty[3000] = bad;
    const FeatureRequest frames = feature_request({"level", "mfcc", "spl", "thirdoctave", "loudness"}, 16000);
    const FeatureRun expected = run_features(frames, clean), run = run_features(frames, dirty);
    REQUIRE(run.rows.size() == expected.rows.size());
    for (size_t t = 0; t < run.rows.size(); ++t) {
      const bool holds_it = t * 512 <= 3000 && 3000 < t * 512 + 2048;
      CHECK(run.rows[t].row.has_nonfinite == holds_it);
      for (size_t i = 0; i < run.columns.size(); ++i) {
        if (holds_it) CHECK(std::isnan(run.rows[t].values[i]));
        if (!holds_it && !std::isnan(expected.rows[t].values[i]))
          CHECK(run.rows[t].values[i] == expected.rows[t].values[i]);
      }
    }
    const FeatureRequest windows = statistics({"rms", "laeq_db"}, 1000, 500, "mean");
    const FeatureRun window_run = run_features(windows, dirty);
    for (size_t w = 0; w < window_run.rows.size(); ++w)
      CHECK(std::isnan(window_run.rows[w].values[1]) == (w == 5 || w == 6));
  }
}

TEST_CASE("non-finite samples are counted") {
  FeatureExtractor extractor(feature_request({"rms"}, 16000), [](const FeatureRow&) {});
  std::vector<float> block(100);
  extractor.push(block);
  block[7] = block[9] = kNotANumber;
  extractor.push(block);
  CHECK(extractor.nonfinite_samples() == 2);
  CHECK(extractor.first_nonfinite_sample() == 107);
  CHECK(extractor.position_samples() == 200);
}

TEST_CASE("a gap ends what is begun and the next row begins behind it") {
  FeatureRequest request = statistics({"peak", "lufs_i"}, 1000, 1000, "max");
  request.options.frame.frame = TimeSpec{0, 100};
  request.options.frame.hop = TimeSpec{0, 100};
  request.rows.tail = Tail::pad;
  std::vector<KeptRow> rows;
  FeatureExtractor extractor(request, [&](const FeatureRow& row) {
    rows.push_back({row, {row.values.begin(), row.values.end()}});
  });
  extractor.push(std::vector<float>(1500, 0.25F));
  extractor.gap(300);
  extractor.push(std::vector<float>(2100, 0.5F));
  extractor.finish();
  REQUIRE(rows.size() == 5);
  const int64_t starts[] = {0, 1000, 1800, 2800, 3800}, lengths[] = {1000, 500, 1000, 1000, 100};
  for (size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].row.index == static_cast<int64_t>(i));
    CHECK(rows[i].row.start_sample == starts[i]);
    CHECK(rows[i].row.duration_samples == lengths[i]);
    CHECK(rows[i].row.gap_samples == (i == 2 ? 300 : 0));
    CHECK(rows[i].values[0] == (i < 2 ? 0.25 : 0.5));
  }
}

TEST_CASE("several channels: mean, one of them, or a row each; loudness hears all") {
  std::vector<float> stereo;
  for (int n = 0; n < 16000; ++n) stereo.insert(stereo.end(), {0.5F, -0.25F});
  FeatureRequest request = feature_request({"dc"}, 16000, 2);
  CHECK(run_features(request, stereo).rows.at(0).values[0] == 0.125);
  request.channel_mode = ChannelMode::pick;
  request.picked_channel = 1;
  CHECK(run_features(request, stereo).rows.at(0).values[0] == -0.25);
  CHECK(run_features(request, stereo).rows.at(0).row.channel == 1);
  request.picked_channel = 2;
  CHECK_THROWS_AS(run_features(request, stereo), Error);
  request = feature_request({"dc", "truepeak_dbtp"}, 16000, 2);
  request.channel_mode = ChannelMode::each;
  const FeatureRun run = run_features(request, stereo);
  CHECK(run.rows[0].row.channel == 0);
  CHECK(run.rows[1].row.channel == 1);
  CHECK(run.rows[0].row.index == run.rows[1].row.index);
  CHECK(run.rows[0].values[0] == 0.5);
  CHECK(run.rows[1].values[0] == -0.25);
  CHECK(run.rows[0].values[1] == run.rows[1].values[1]);
}

TEST_CASE("reset begins a new stream") {
  std::vector<double> first, second;
  std::vector<double>* into = &first;
  FeatureExtractor extractor(window_request({"spl", "loudness"}, 16000, 4000), [&](const FeatureRow& row) {
    into->insert(into->end(), row.values.begin(), row.values.end());
  });
  const std::vector<float> signal = tones_in_noise(16000, 16000);
  extractor.push(signal);
  extractor.finish();
  extractor.reset();
  into = &second;
  extractor.push(signal);
  extractor.finish();
  REQUIRE(first.size() == second.size());
  CHECK(std::memcmp(first.data(), second.data(), first.size() * sizeof(double)) == 0);
}

TEST_CASE("requests that do not go together are refused") {
  CHECK_THROWS_AS(feature_request({"loudnes"}, 16000), Error);
  CHECK_THROWS_AS(feature_request({"mel_x"}, 16000), Error);
  const auto refuses = [](const FeatureRequest& request) {
    CHECK_THROWS_AS(FeatureExtractor(request, [](const FeatureRow&) {}), Error);
  };
  refuses(feature_request({"mel_128"}, 16000));
  refuses(feature_request({"indices"}, 16000));
  refuses(feature_request({}, 16000));
  refuses(feature_request({"rms"}, 0));
  refuses(window_request({"rms"}, 16000, 1000));
  FeatureRequest patch = window_request({"loudness"}, 16000, 1000);
  patch.rows.mode = RowMode::patches;
  refuses(patch);
  FeatureRequest short_transform = feature_request({"mel"}, 16000);
  short_transform.options.frame.frame = TimeSpec{0, 800};
  short_transform.options.frame.fft_size = 512;
  refuses(short_transform);
  CHECK_THROWS_AS(parse_statistics("mean,,max"), Error);
  CHECK_THROWS_AS(parse_statistics("p101"), Error);
}

TEST_CASE("groups and single columns are selected in the order of their names") {
  CHECK(run_features(feature_request({"peak", "zcr", "rms", "mel_3"}, 16000), {}).columns ==
        std::vector<std::string>{"peak", "rms", "zcr", "mel_3"});
  CHECK(run_features(feature_request({"peak", "level"}, 16000), {}).columns.size() == 6);
  CHECK(default_row_mode(feature_request({"spl"}, 16000).features, false) == RowMode::windows);
  CHECK(default_row_mode(feature_request({"spl", "rms"}, 16000).features, false) == RowMode::frames);
}

TEST_CASE("every feature survives every signal at every rate") {
  std::vector<std::string> all;
  for (const FeatureGroup& group : feature_table()) all.emplace_back(group.name);
  for (const int rate_hz : {8000, 11025, 22050, 44100, 192000}) {
    const size_t count = static_cast<size_t>(rate_hz / 5);
    std::vector<std::vector<float>> signals = {std::vector<float>(count), std::vector<float>(count, 1.0F),
                                               sine(1, rate_hz / 2.0, rate_hz, static_cast<int64_t>(count), 1),
                                               sine(10, 1, rate_hz, static_cast<int64_t>(count))};
    signals.emplace_back(count);
    signals.back()[count / 2] = 1;
    signals.emplace_back(1, 0.5F);
    signals.emplace_back(static_cast<size_t>(rate_hz / 10 - 1), 0.5F);
    signals.emplace_back(static_cast<size_t>(rate_hz / 10 + 1), 0.5F);
    signals.emplace_back();
    for (const int channels : {1, 6}) {
      FeatureRequest request = window_request(all, rate_hz, rate_hz / 10, channels);
      request.rows.statistics = parse_statistics("mean,median");
      request.rows.tail = Tail::pad;
      // YIN's lowest default pitch needs a longer frame at high rates.
      request.options.pitch.low_hz = std::max(65.0, rate_hz / 1900.0);
      for (const std::vector<float>& signal : signals) {
        if (channels > 1 && rate_hz > 11025) continue;
        const FeatureRun run = run_features(request, interleave_copies(signal, channels));
        const size_t window = static_cast<size_t>(rate_hz / 10);
        CHECK(run.rows.size() == (signal.size() + window - 1) / window);
        for (const KeptRow& row : run.rows) CHECK(row.values.size() == run.columns.size());
      }
    }
  }
}

TEST_CASE(
    "what would surprise is told: frames of another group, no rows at all; columns that stand twice are refused") {
  const auto notes_of = [](const FeatureRequest& request, int64_t samples) {
    FeatureExtractor extractor(request, [](const FeatureRow&) {});
    extractor.push(std::vector<float>(static_cast<size_t>(samples)));
    extractor.finish();
    return extractor.notes();
  };
  CHECK(notes_of(feature_request({"rms"}, 16000), 16000).empty());
  CHECK(notes_of(feature_request({"fbank"}, 16000), 16000).empty());
  CHECK(notes_of(framed({"rms", "fbank"}, 400, 160), 16000).empty());
  const auto mixed = notes_of(feature_request({"rms", "fbank"}, 16000), 16000);
  REQUIRE(mixed.size() == 1);
  CHECK(mixed[0].find("Kaldi's frames") == 0);
  const auto none = notes_of(feature_request({"rms"}, 16000), 100);
  REQUIRE(none.size() == 1);
  CHECK(none[0].find("no rows: the signal is shorter than an analysis frame") == 0);
  CHECK(notes_of(statistics({"rms"}, 16000, 16000, "mean"), 8000).size() == 1);
  CHECK(notes_of(feature_request({"rms"}, 16000), 0).empty());
  CHECK_THROWS_WITH_AS(notes_of(statistics({"rms"}, 16000, 16000, "mean,mean"), 0),
                       "the column 'rms_mean' is asked for twice", Error);
}
