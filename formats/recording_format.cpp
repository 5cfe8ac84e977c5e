#include "formats/recording_format.hpp"

#include <array>
#include <cmath>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace astream {

namespace {

using Scale = QualityScale::Kind;

constexpr std::array<RecordingFormat, 11> kRecordingFormats{{
    {"wav", "wav wave", "uncompressed; RF64 where it grows above 4 GB", "", "", "16 24 32f", {}, {}, ""},
    {"flac", "flac", "lossless", "flac", "flac", "16 24", {Scale::compression, 0, 12, 5}, {}, "flac"},
    {"mp3", "mp3", "MP3", "mp3", "libmp3lame", "", {Scale::variable_rate, 0, 9, 2}, {8000, 320000, 0}, "mp3"},
    {"m4a", "m4a mp4", "AAC in MP4, in fragments", "ipod", "aac", "", {}, {16000, 1024000, 80000}, "aac alac"},
    {"aac", "aac", "AAC without a container", "adts", "aac", "", {}, {16000, 1024000, 80000}, "aac"},
    {"ogg",
     "ogg oga",
     "Vorbis",
     "ogg",
     "libvorbis",
     "",
     {Scale::variable_rate, -1, 10, 5},
     {32000, 1024000, 0},
     "vorbis opus flac speex"},
    {"opus", "opus", "Opus", "opus", "libopus", "", {}, {6000, 2048000, 64000}, "opus"},
    {"mka", "mka", "FLAC in Matroska", "matroska", "flac", "16 24", {Scale::compression, 0, 12, 5}, {}, ""},
    {"s16", "s16", "bare samples of 16 bits", "", "", "16", {}, {}, ""},
    {"s24", "s24", "bare samples of 24 bits", "", "", "24", {}, {}, ""},
    {"f32", "f32", "bare samples of 32-bit float", "", "", "32f", {}, {}, ""},
}};

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::string_view first = words.substr(0, words.find(' '));
    if (first == word) return true;
    words.remove_prefix(std::min(words.size(), first.size() + 1));
  }
  return false;
}

/// "flac" of "a.b/x.FLAC", "" without one.
std::string suffix_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? "" : lower_case(name.substr(dot + 1));
}

const RecordingFormat* find_by_suffix(std::string_view suffix) {
  for (const RecordingFormat& row : kRecordingFormats) {
    if (has_word(row.suffixes, suffix)) return &row;
  }
  return nullptr;
}

std::string number_text(double value) {
  return std::to_string(static_cast<int64_t>(std::llround(value)));
}

std::string with_commas(std::string_view words) {
  std::string text;
  for (const char letter : words) text += letter == ' ' ? std::string(", ") : std::string(1, letter);
  return text;
}

}  // namespace

std::span<const RecordingFormat> recording_formats() {
  return kRecordingFormats;
}

std::string recording_format_names() {
  std::string names;
  for (const RecordingFormat& row : kRecordingFormats) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

std::string_view bits_name(SampleBits bits) {
  switch (bits) {
    case SampleBits::s16:
      return "16";
    case SampleBits::s24:
      return "24";
    case SampleBits::f32:
      return "32f";
  }
  return "";
}

const RecordingFormat& choose_recording_format(std::string_view path, std::string_view name) {
  const std::string suffix = suffix_of(path);
  const RecordingFormat* by_suffix = find_by_suffix(suffix);
  if (name.empty()) {
    if (by_suffix != nullptr) return *by_suffix;
    const std::string what = path == "-" || suffix.empty() ? "the format of the recording is not said"
                                                           : "recordings of the form ." + suffix + " are not made here";
    throw Error(ErrorKind::usage, "-o " + std::string(path) + ": " + what, {},
                "end the name in .wav, .flac, .opus ..., or give --encoder: " + recording_format_names());
  }
  for (const RecordingFormat& row : kRecordingFormats) {
    if (row.name != name) continue;
    if (by_suffix != nullptr && by_suffix != &row) {
      throw Error(ErrorKind::usage,
                  "--encoder " + std::string(name) + " would write something else than ." + suffix + " says", {},
                  "name the file ." + std::string(row.suffixes.substr(0, row.suffixes.find(' '))));
    }
    return row;
  }
  throw Error(ErrorKind::usage, "--encoder: '" + std::string(name) + "' is none", {},
              "one of " + recording_format_names());
}

bool RecordingFormat::takes_copy_of(std::string_view codec_name) const {
  return copied.empty() || has_word(copied, codec_name);
}

void check_settings(const RecordingFormat& format, const EncoderSettings& settings) {
  const std::string name(format.name);
  const auto refuse = [](const std::string& problem, const std::string& hint = "") {
    throw Error(ErrorKind::usage, problem, {}, hint);
  };
  if (settings.bits && !format.is_lossless()) refuse("--bits: " + name + " stores no bits of samples", "try --bitrate");
  if (settings.bits && !has_word(format.bits, bits_name(*settings.bits))) {
    refuse("--bits: " + name + " can't hold " + std::string(bits_name(*settings.bits)),
           "it takes " + with_commas(format.bits));
  }
  if (settings.bit_rate && format.bit_rate.most == 0) refuse("--bitrate: " + name + " has no bit rate to choose");
  if (settings.bit_rate && (*settings.bit_rate < format.bit_rate.least || *settings.bit_rate > format.bit_rate.most)) {
    refuse("--bitrate: " + name + " takes from " + std::to_string(format.bit_rate.least / 1000) + "k to " +
           std::to_string(format.bit_rate.most / 1000) + "k");
  }
  if (settings.quality && format.quality.kind == Scale::none) {
    refuse("--quality: " + name + " has no such scale", format.bit_rate.most > 0 ? "try --bitrate" : "");
  }
  if (settings.quality && (*settings.quality < format.quality.least || *settings.quality > format.quality.most)) {
    refuse("--quality: " + name + " takes from " + number_text(format.quality.least) + " to " +
           number_text(format.quality.most));
  }
  if (settings.quality && settings.bit_rate) refuse("--quality and --bitrate exclude each other");
}

SampleBits choose_bits(const RecordingFormat& format, const EncoderSettings& settings, int source_bits) {
  if (settings.bits) return *settings.bits;
  if (format.bits == "16") return SampleBits::s16;
  if (format.bits == "24") return SampleBits::s24;
  if (format.bits == "32f") return SampleBits::f32;
  const bool has_float = has_word(format.bits, "32f");
  if (source_bits == 0) return has_float ? SampleBits::f32 : SampleBits::s16;
  if (source_bits <= 16) return SampleBits::s16;
  return source_bits <= 24 || !has_float ? SampleBits::s24 : SampleBits::f32;
}

}  // namespace astream
