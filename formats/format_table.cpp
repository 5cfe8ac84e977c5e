#include "formats/format_table.hpp"

#include <array>
#include <string>

#include "formats/raw_writer.hpp"
#include "formats/record_writer.hpp"
#include "formats/text_writer.hpp"
#include "formats/wav_writer.hpp"

namespace astream {

namespace {

std::unique_ptr<Receiver> make_records(ByteSink& sink, const WriterOptions&) {
  return std::make_unique<RecordWriter>(sink);
}

std::unique_ptr<Receiver> make_f32le(ByteSink& sink, const WriterOptions& options) {
  return std::make_unique<RawWriter>(sink, SampleEncoding::f32le, options.is_mixed);
}

std::unique_ptr<Receiver> make_s16le(ByteSink& sink, const WriterOptions& options) {
  return std::make_unique<RawWriter>(sink, SampleEncoding::s16le, options.is_mixed);
}

std::unique_ptr<Receiver> make_wav(ByteSink& sink, const WriterOptions&) {
  return std::make_unique<WavWriter>(sink);
}

std::unique_ptr<Receiver> make_text(ByteSink& sink, const WriterOptions& options) {
  return std::make_unique<TextWriter>(sink, options);
}

// Bare samples end where the input ends; zeros behind it would be heard as a pause.
constexpr std::array<FormatRow, 5> kFormats{{
    {"records", "a line of JSON and float32 samples for each window", true, Tail::pad, make_records},
    {"f32le", "bare samples: 32-bit float, little-endian, interleaved", true, Tail::crop, make_f32le},
    {"s16le", "bare samples: 16-bit integer, little-endian, interleaved", true, Tail::crop, make_s16le},
    {"wav", "one WAV with 32-bit float samples", true, Tail::crop, make_wav},
    {"text", "a readable line for each window: time, peak and RMS level", false, Tail::pad, make_text},
}};

}  // namespace

std::span<const FormatRow> format_table() {
  return kFormats;
}

const FormatRow* find_format(std::string_view name) {
  for (const FormatRow& row : kFormats) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::unique_ptr<Receiver> make_writer(std::string_view name, ByteSink& sink, const WriterOptions& options) {
  const FormatRow* row = find_format(name);
  if (row != nullptr) return row->make(sink, options);
  std::string hint = "the formats are";
  for (const FormatRow& known : kFormats) {
    hint += known.name == kFormats.front().name ? " " : ", ";
    hint += known.name;
  }
  throw Error(ErrorKind::usage, "there is no format \"" + std::string(name) + "\"", {}, hint);
}

}  // namespace astream
