// On the media fixtures: a read from any position is bit-identical to that part of a whole read.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "base/error.hpp"
#include "support/av_reading.hpp"

using namespace astream;
using namespace astream::av;
using namespace astream::test;

namespace {

std::string fixture_folder() {
  const char* folder = std::getenv("ASTREAM_FIXTURES");
  return folder != nullptr ? folder : "";
}

nlohmann::json manifest() {
  std::ifstream file(fixture_folder() + "/manifest.json");
  REQUIRE_MESSAGE(file, "ASTREAM_FIXTURES must name the folder that scripts/make_fixtures.py made");
  return nlohmann::json::parse(file);
}

bool has_flag(const nlohmann::json& entry, const char* flag) {
  const auto& flags = entry.at("flags");
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

/// `count` samples from `position` on, as they come after a seek; fewer at the end.
std::vector<float> read_at(MediaReader& reader, int64_t position, int64_t count) {
  REQUIRE(reader.seek(position));
  const auto values = static_cast<size_t>(count * reader.info().format.channels);
  std::vector<float> got;
  read_into(reader, got, values);
  got.resize(std::min(got.size(), values));
  return got;
}

void check_positions(const std::string& path, unsigned seed, int decode_threads = 1) {
  MediaReader reference(file_target(path));
  const std::vector<float> whole = read_all(reference);
  const int64_t channels = reference.info().format.channels;
  const int64_t total = static_cast<int64_t>(whole.size()) / channels;
  REQUIRE(total > 0);
  std::mt19937 generator(seed);
  MediaTarget target = file_target(path);
  target.decode_threads = decode_threads;
  MediaReader reader(target);
  std::vector<int64_t> positions{total / 2, 0, 1, total - 1, 1152, total / 2 + 1};
  for (int i = 0; i < 14; ++i) positions.push_back(static_cast<int64_t>(generator()) % total);
  for (const int64_t position : positions) {
    CAPTURE(position);
    const int64_t count = std::min<int64_t>(5000, total - position);
    const std::vector<float> part = read_at(reader, position, count);
    const bool is_equal =
        part == std::vector<float>(whole.begin() + position * channels, whole.begin() + (position + count) * channels);
    CHECK(is_equal);
  }
}

}  // namespace

TEST_CASE("seek exactness: every seekable fixture, at random positions") {
  unsigned seed = 1;
  int checked = 0;
  for (const auto& entry : manifest()) {
    if (!has_flag(entry, "seekable") || has_flag(entry, "pns")) continue;
    const std::string name = entry.at("name");
    CAPTURE(name);
    check_positions(fixture_folder() + "/" + name, seed++);
    ++checked;
  }
  CHECK(checked > 30);
}

TEST_CASE("seek exactness: containers without exact positions are read from the start, and exact too") {
  unsigned seed = 100;
  for (const char* name : {"vorbis.mka", "opus.webm", "aac.mka", "video.ts", "wmav2.wma", "flac.ogg", "aac.aac"}) {
    CAPTURE(name);
    check_positions(fixture_folder() + "/" + name, seed++);
  }
}

TEST_CASE("seek exactness: with several threads the same samples as with one, in order and from anywhere") {
  for (const char* name : {"long.flac", "s16.flac", "surround.flac", "vbr.mp3"}) {
    CAPTURE(name);
    const std::string path = fixture_folder() + "/" + name;
    MediaReader one(file_target(path));
    MediaTarget target = file_target(path);
    target.decode_threads = 3;
    MediaReader three(target);
    const bool is_equal = read_all(one) == read_all(three);
    CHECK(is_equal);
    CHECK(one.end_sample() == three.end_sample());
    check_positions(path, 1000, 3);
  }
}

TEST_CASE("fixtures: rate, channels and the number of samples are what the manifest says") {
  for (const auto& entry : manifest()) {
    if (has_flag(entry, "chained")) continue;
    const std::string name = entry.at("name");
    CAPTURE(name);
    MediaReader reader(file_target(fixture_folder() + "/" + name));
    CHECK(reader.info().format == AudioFormat{entry.at("rate"), entry.at("channels")});
    const std::vector<float> whole = read_all(reader);
    const bool has_padding = entry.at("codec") == "aac";  // which libav 5.1 leaves at the end of MP4 files
    if (entry.at("samples").is_number() && !has_padding) {
      CHECK(reader.end_sample() == entry.at("samples").get<int64_t>());
      CHECK(static_cast<int64_t>(whole.size()) == entry.at("samples").get<int64_t>() * reader.info().format.channels);
    }
    CHECK(reader.corrupt_packets() == 0);
  }
}

TEST_CASE("fixtures: damaged files end in an Error or in fewer samples, never in anything else") {
  int failed = 0;
  for (const auto& file : std::filesystem::directory_iterator(fixture_folder() + "/bad")) {
    CAPTURE(file.path());
    try {
      MediaReader reader(file_target(file.path()));
      read_all(reader);
    } catch (const Error& error) {
      CHECK(error.kind() != ErrorKind::internal);
      CHECK_FALSE(error.message().empty());
      ++failed;
    }
  }
  CHECK(failed >= 5);
}

TEST_CASE("fixtures: a chain of two formats tells where the format changes") {
  MediaReader reader(file_target(fixture_folder() + "/chained_rates.ogg"));
  CHECK(reader.info().format == AudioFormat{44100, 2});
  int64_t before = 0;
  int64_t behind = 0;
  int changes = 0;
  while (true) {
    const Block block = reader.read();
    if (block.kind == BlockKind::end) break;
    if (block.kind == BlockKind::format_changed) {
      ++changes;
      CHECK(reader.info().format == AudioFormat{48000, 2});
      CHECK(block.samples.empty());
    }
    (changes == 0 ? before : behind) += static_cast<int64_t>(block.samples.size()) / 2;
  }
  CHECK(changes == 1);
  CHECK(before == 3 * 44100);
  CHECK(behind == 2 * 48000);
}
