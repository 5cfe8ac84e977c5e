#include "cli/options_picture.hpp"

#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/option_values.hpp"
#include "formats/picture/picture_receiver.hpp"

namespace astream::cli {

namespace {

/// "LOW..HIGH" in two.
std::pair<std::string, std::string> split_range(const std::string& text, const std::string& option,
                                                const std::string& example) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos) {
    throw Error(ErrorKind::usage, option + ": '" + text + "' is no range", {}, "try " + example);
  }
  return {text.substr(0, dots), text.substr(dots + 2)};
}

void parse_size(const std::string& text, const std::string& option, PictureOptions& options) {
  const size_t x = text.find_first_of("xX");
  if (x == std::string::npos) {
    throw Error(ErrorKind::usage, option + ": '" + text + "' is no size", {}, "WIDTHxHEIGHT, try 1600x1000");
  }
  options.width_px = parse_number(text.substr(0, x), option, kLeastPictureWidth, kMostPictureSide);
  options.height_px = parse_number(text.substr(x + 1), option, kLeastPictureHeight, kMostPictureSide);
  if (int64_t{options.width_px} * options.height_px > kMostPicturePixels) {
    throw Error(ErrorKind::usage, option + ": " + text + " is too large", {}, "64 million pixels at most");
  }
}

/// "80": so much below the loudest; "-100..-20": in dBFS.
LevelRange parse_level_range(const std::string& text, const std::string& option) {
  constexpr double kLeastDb = -200, kMostDb = 100, kLeastSpan = 1;
  LevelRange range;
  if (text.find("..") == std::string::npos) {
    range.span_db = parse_real(text, option, kLeastSpan, kMostDb - kLeastDb);
    return range;
  }
  const auto [low, high] = split_range(text, option, "-100..0");
  range.low_db = parse_real(low, option, kLeastDb, kMostDb);
  range.high_db = parse_real(high, option, kLeastDb, kMostDb);
  if (*range.high_db - *range.low_db < kLeastSpan) {
    throw Error(ErrorKind::usage, option + ": " + text + " does not rise", {}, "try -100..0");
  }
  return range;
}

void parse_frequencies(const std::string& text, const std::string& option, PictureOptions& options) {
  const auto [low, high] = split_range(text, option, "50..8k");
  options.low_hz = parse_hz(low, option);
  options.high_hz = parse_hz(high, option);
  if (*options.low_hz >= *options.high_hz) {
    throw Error(ErrorKind::usage, option + ": " + text + " does not rise", {}, "try 50..8k");
  }
}

FrequencyScale parse_frequency_scale(const std::string& text, const std::string& option) {
  if (text == "mel") return FrequencyScale::mel;
  if (text == "log") return FrequencyScale::log;
  if (text == "linear") return FrequencyScale::linear;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no scale", {}, "mel, log or linear");
}

ColorMapName parse_colors(const std::string& text, const std::string& option) {
  if (text == "magma") return ColorMapName::magma;
  if (text == "viridis") return ColorMapName::viridis;
  if (text == "gray" || text == "grey") return ColorMapName::gray;
  throw Error(ErrorKind::usage, option + ": '" + text + "' is no colour map", {}, "magma, viridis or gray");
}

double parse_frame(const std::string& text, const std::string& option) {
  constexpr double kLeast_s = 0.0001, kMost_s = 2;
  const double frame_s = parse_seconds(text, option, "25ms");
  if (frame_s < kLeast_s || frame_s > kMost_s) {
    throw Error(ErrorKind::usage, option + ": " + text + " is out of range", {}, "0.1 ms to 2 s");
  }
  return frame_s;
}

}  // namespace

void add_picture_options(CLI::App& app, PictureChoice& picture) {
  const auto group = [](CLI::Option* option) { option->group("Picture"); };
  const auto add_whole = [&](const std::string& name, auto parse, const char* value, const char* description) {
    group(app.add_option_function<std::string>(
                 name, [&picture, parse, name](const std::string& text) { parse(text, name, picture.options); },
                 description)
              ->type_name(value));
  };
  PictureOptions& options = picture.options;
  group(app.add_option(
               "--picture", picture.path,
               "draw waveform, spectrogram, level and loudness into FILE.png or FILE.svg; {stream} and {label} in "
               "it tell streams apart")
            ->type_name("FILE"));
  add_whole("--picture-size", parse_size, "WxH", "its size in pixels [1600x1000]");
  group(add_parsed(
      app, "--picture-text", "--picture-text", options.text_scale,
      [](const std::string& text, const std::string& option) { return parse_real(text, option, 0.5, 4); }, "FACTOR",
      "text and lines so much larger [1]"));
  group(add_parsed(app, "--picture-range", "--picture-range", options.range, parse_level_range, "DB|LOW..HIGH",
                   "levels that the colours show: below the loudest, or in dBFS [60 to 100 by the sound]"));
  group(add_parsed(app, "--picture-frame", "--picture-frame", options.frame_s, parse_frame, "T",
                   "length of the spectrogram's frames [about 45ms, log 90ms]"));
  group(add_parsed(app, "--freq-scale", "--freq-scale", options.frequency_scale, parse_frequency_scale,
                   "mel|log|linear", "axis of frequency [mel]"));
  add_whole("--freq-range", parse_frequencies, "LOW..HIGH", "frequencies shown, in Hz [all, log from 20]");
  group(add_parsed(app, "--colors", "--colors", options.colors, parse_colors, "magma|viridis|gray",
                   "colour map [magma]; gray is dark where it is loud"));
}

void check_picture_options(const CLI::App& app, const PictureChoice& picture, bool may_be_many, bool may_overwrite) {
  if (picture.path.empty()) {
    return refuse_options(app,
                          {"--picture-size", "--picture-text", "--picture-range", "--picture-frame", "--freq-scale",
                           "--freq-range", "--colors"},
                          "is for --picture FILE");
  }
  check_picture_path(picture.path);
  const bool has_places = has_stream_in_name(picture.path);
  if (may_be_many && !has_places) {
    throw Error(ErrorKind::usage, "--picture " + picture.path + ": there may be several inputs, and each has its own",
                {}, "put {stream} or {label} into its name");
  }
  std::error_code code;
  if (!has_places && !may_overwrite && std::filesystem::is_regular_file(picture.path, code)) {
    throw Error(ErrorKind::usage, "--picture " + picture.path + ": the file exists", {}, "-y overwrites it");
  }
  if (picture.options.frequency_scale == FrequencyScale::log && picture.options.low_hz == 0) {
    throw Error(ErrorKind::usage, "--freq-range: a logarithmic axis can't begin at 0", {}, "try 20..20k");
  }
}

}  // namespace astream::cli
