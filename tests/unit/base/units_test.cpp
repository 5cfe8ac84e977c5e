#include "base/units.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/audio.hpp"
#include "base/error.hpp"

using namespace astream;

namespace {

/// The message of the usage error that `call` throws, "" when it throws none.
template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("times in seconds, in every spelling") {
  const std::vector<std::pair<std::string, double>> times = {
      {"1", 1},           {"0", 0},           {"1.5", 1.5},         {".5", 0.5},       {"2.", 2},
      {"1.5s", 1.5},      {"250ms", 0.25},    {"0.5ms", 0.0005},    {"40us", 40e-6},   {"2m", 120},
      {"1h", 3600},       {"1d", 86400},      {"1.5h", 5400},       {"00:01:30", 90},  {"01:02:03.5", 3723.5},
      {"1:30", 90},       {"100:00", 6000},   {"90:00:00", 324000}, {"0:00.25", 0.25}, {"0.1", 0.1},
      {"0.9752", 0.9752}, {"1000000000", 1e9}};
  for (const auto& [text, seconds] : times) {
    const auto& row_name = text;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    const TimeSpec time = parse_time(text, "--window");
    CHECK(time.seconds == seconds);
    CHECK_FALSE(time.samples);
  }
}

TEST_CASE("times in samples") {
  CHECK(parse_time("16000smp", "--window").samples == 16000);
  CHECK(parse_time("0smp", "--window").samples == 0);
  CHECK(parse_time("9007199254740992smp", "--window").samples == int64_t{1} << 53);
  CHECK(parse_time("16000smp", "--window").samples_at(48000) == 16000);
}

TEST_CASE("what is no time is refused, with the option's name and examples") {
  for (const std::string text : {"",
                                 " ",
                                 "x",
                                 "5x",
                                 "-1",
                                 "+1",
                                 "1 s",
                                 " 1",
                                 "1s ",
                                 "1S",
                                 "1ss",
                                 "1e3",
                                 "inf",
                                 "nan",
                                 "0x10",
                                 "1,5",
                                 ".",
                                 "s",
                                 "ms",
                                 "1.5.5",
                                 "1.5smp",
                                 "smp",
                                 "-5smp",
                                 "1:",
                                 ":30",
                                 "1:60",
                                 "1:60:00",
                                 "1:2:60",
                                 "1:2:3:4",
                                 "1::2",
                                 "-1:30",
                                 "1:-30",
                                 "1:30s",
                                 "1.5:30",
                                 "99999999999999999999smp",
                                 "9007199254740993smp",
                                 "1000000000.1",
                                 "300000000h",
                                 "1:30smp",
                                 "1d1h",
                                 "٣"}) {
    CAPTURE(text);
    const std::string message = refusal([&] { parse_time(text, "--window"); });
    CHECK(message.starts_with("--window: '" + text + "' "));
  }
  CHECK(refusal([] { parse_time("5x", "--window"); }) ==
        "--window: '5x' is not a time; try 1.5s, 250ms, 16000smp or 00:01:30");
  CHECK(refusal([] { parse_time("2000000000", "-t"); }) == "-t: '2000000000' is too long");
}

TEST_CASE("digits beyond a double are a time as any other") {
  CHECK(parse_time("0." + std::string(400, '3'), "-w").seconds == doctest::Approx(1.0 / 3));
  CHECK_FALSE(refusal([] { parse_time(std::string(400, '9'), "-w"); }).empty());
}

TEST_CASE("times become samples by rounding to nearest") {
  CHECK(parse_time("0.1", "").samples_at(44100) == 4410);
  CHECK(parse_time("0.975", "").samples_at(16000) == 15600);
  CHECK(parse_time("10ms", "").samples_at(22050) == 221);  // 220.5
  CHECK(parse_time("10ms", "").samples_at(11025) == 110);
  CHECK(parse_time("1d", "").samples_at(192000) == int64_t{86400} * 192000);
  CHECK(parse_time("1000000000", "").samples_at(kMaxRateHz) == int64_t{1000000000} * kMaxRateHz);
}

TEST_CASE("numbers do not depend on the locale") {
  const std::string old = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) return;
  CHECK(parse_time("1.5", "").seconds == 1.5);
  CHECK_FALSE(refusal([] { parse_time("1,5", ""); }).empty());
  CHECK(format_clock(7.25, 2) == "0:07.25");
  std::setlocale(LC_ALL, old.c_str());
}

TEST_CASE("overlaps are a share of the window or a time") {
  CHECK(parse_overlap("50%", "--overlap").percent == 50.0);
  CHECK(parse_overlap("0%", "--overlap").percent == 0.0);
  CHECK(parse_overlap("33.3%", "--overlap").percent == 33.3);
  CHECK_FALSE(parse_overlap("1.5s", "--overlap").percent);
  CHECK(parse_overlap("1.5s", "--overlap").time.seconds == 1.5);
  CHECK(parse_overlap("400smp", "--overlap").time.samples == 400);
  for (const std::string text : {"%", "-1%", "100%", "150%", "5 %", "50%%", "1e1%", "x%", "50% "}) {
    CAPTURE(text);
    CHECK(refusal([&] { parse_overlap(text, "--overlap"); }).starts_with("--overlap: '" + text + "' "));
  }
}

TEST_CASE("sample rates") {
  const std::vector<std::pair<std::string, int>> rates = {
      {"44100", 44100},  {"44.1k", 44100},        {"48kHz", 48000},   {"16000Hz", 16000},
      {"22.05k", 22050}, {"11.025k", 11025},      {"44.1khz", 44100}, {"8000hz", 8000},
      {"1", 1},          {"6144000", kMaxRateHz}, {"6144k", 6144000}, {"0.8k", 800}};
  for (const auto& [text, rate_hz] : rates) {
    const auto& row_name = text;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    CHECK(parse_rate_hz(text, "--rate") == rate_hz);
  }
  for (const std::string text :
       {"", "0", "-1", "44100.5", "6144001", "1e99", "44.1", "k", "Hz", "44,1k", "44100 Hz", "44.1M", "nan"}) {
    CAPTURE(text);
    CHECK(refusal([&] { parse_rate_hz(text, "--rate"); }).starts_with("--rate: '" + text + "' "));
  }
}

TEST_CASE("sizes in bytes") {
  const std::vector<std::pair<std::string, int64_t>> sizes = {
      {"65536", 65536},  {"64k", 65536},       {"64K", 65536},
      {"10M", 10485760}, {"1.5G", 1610612736}, {"1T", int64_t{1} << 40},
      {"64kB", 65536},   {"64KiB", 65536},     {"512B", 512},
      {"0", 0},          {"0.5k", 512},        {"10MiB", 10485760}};
  for (const auto& [text, bytes] : sizes) {
    const auto& row_name = text;  // clang 14 can't capture a structured binding
    CAPTURE(row_name);
    CHECK(parse_bytes(text, "--split-size") == bytes);
  }
  for (const std::string text : {"", "k", "-1", "1kk", "1 k", "1i", "1iB", "1e3", "9000000T", "1P", "x", "1kBB"}) {
    CAPTURE(text);
    CHECK(refusal([&] { parse_bytes(text, "--split-size"); }).starts_with("--split-size: '" + text + "' "));
  }
}

TEST_CASE("clock times for people") {
  CHECK(format_clock(0) == "0:00");
  CHECK(format_clock(7.25, 2) == "0:07.25");
  CHECK(format_clock(7.25, 3) == "0:07.25");
  CHECK(format_clock(7.25) == "0:07");
  CHECK(format_clock(3723.5, 1) == "1:02:03.5");
  CHECK(format_clock(3600) == "1:00:00");
  CHECK(format_clock(59.99, 1) == "1:00");
  CHECK(format_clock(59.94, 1) == "0:59.9");
  CHECK(format_clock(3599.9999, 2) == "1:00:00");
  CHECK(format_clock(0.05, 2) == "0:00.05");
  CHECK(format_clock(100 * 3600) == "100:00:00");
  CHECK(format_clock(-7.5, 1) == "-0:07.5");
  CHECK(format_clock(-0.001, 1) == "0:00");
  CHECK(format_clock(1.5, -3) == "0:02");
  CHECK(format_clock(0.123456789123, 20) == "0:00.123456789");
  CHECK(format_clock(std::numeric_limits<double>::infinity()) == "--:--");
  CHECK(format_clock(std::numeric_limits<double>::quiet_NaN()) == "--:--");
  CHECK(format_clock(1e300) == "--:--");
}
