#include "formats/wav_writer.hpp"

#include <doctest/doctest.h>

#include "support/memory_sink.hpp"

using namespace astream;
using astream::test::MemorySink;

namespace {

StreamStart start_of(AudioFormat format) {
  StreamStart start;
  start.format = format;
  return start;
}

void play(Receiver& receiver, AudioFormat format, const std::vector<float>& samples) {
  receiver.set_start({"test"});
  receiver.stream_start(start_of(format));
  Window window;
  window.format = format;
  window.samples = samples;
  receiver.window(window);
  receiver.stream_end({});
  receiver.set_end({});
}

uint64_t number_at(const std::string& bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

}  // namespace

TEST_CASE("wav_writer: the streamable form, byte for byte") {
  MemorySink sink;
  WavWriter writer(sink);
  play(writer, {16000, 1}, {1, -1});
  CHECK(sink.bytes ==
        std::string("RIFF\xff\xff\xff\xffWAVE"
                    "fmt \x12\x00\x00\x00\x03\x00\x01\x00\x80\x3e\x00\x00\x00\xfa\x00\x00\x04\x00\x20\x00\x00\x00"
                    "fact\x04\x00\x00\x00\x00\x00\x00\x00"
                    "data\xff\xff\xff\xff"
                    "\x00\x00\x80\x3f\x00\x00\x80\xbf",
                    66));
}

TEST_CASE("wav_writer: a file gets exact sizes and keeps room for RF64") {
  MemorySink sink;
  sink.is_rewritable = true;
  WavWriter writer(sink);
  play(writer, {48000, 2}, {1, -1, 0, 0, 0.5, 0.5});
  const std::string& bytes = sink.bytes;
  CHECK(bytes.substr(0, 4) == "RIFF");
  CHECK(number_at(bytes, 4, 4) == bytes.size() - 8);
  CHECK(bytes.substr(8, 8) == "WAVEJUNK");
  CHECK(number_at(bytes, 16, 4) == 28);
  CHECK(bytes.substr(48, 4) == "fmt ");
  CHECK(number_at(bytes, 52, 4) == 18);
  CHECK(number_at(bytes, 58, 2) == 2);
  CHECK(number_at(bytes, 60, 4) == 48000);
  CHECK(number_at(bytes, 64, 4) == 48000 * 8);
  CHECK(bytes.substr(74, 4) == "fact");
  CHECK(number_at(bytes, 82, 4) == 3);
  CHECK(bytes.substr(86, 4) == "data");
  CHECK(number_at(bytes, 90, 4) == 24);
  CHECK(bytes.size() == 94 + 24);
}

TEST_CASE("wav_header: more than two channels are WAVE_FORMAT_EXTENSIBLE with the float subtype") {
  const std::string header = wav_header({.format = {8000, 6}, .data_bytes = 48});
  CHECK(number_at(header, 16, 4) == 40);
  CHECK(number_at(header, 20, 2) == 0xFFFE);
  CHECK(number_at(header, 22, 2) == 6);
  CHECK(number_at(header, 32, 2) == 24);
  CHECK(number_at(header, 36, 2) == 22);
  CHECK(number_at(header, 38, 2) == 32);
  CHECK(number_at(header, 40, 4) == 0);
  CHECK(header.substr(44, 16) == std::string("\x03\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 16));
  CHECK(number_at(header, 68, 4) == 2);
}

TEST_CASE("wav_header: above 4 GiB the place kept free becomes ds64") {
  const AudioFormat format{48000, 2};
  const std::string small = wav_header({.format = format, .has_room_for_rf64 = true, .data_bytes = 16});
  const size_t before_data = small.size() - 8;
  const uint64_t largest = 0xFFFFFFFE - before_data;
  CHECK(wav_header({format, true, largest / 8 * 8}).substr(0, 4) == "RIFF");
  const uint64_t data_bytes = uint64_t{6} << 30;
  const std::string large = wav_header({format, true, data_bytes});
  CHECK(large.size() == small.size());
  CHECK(large.substr(0, 4) == "RF64");
  CHECK(number_at(large, 4, 4) == 0xFFFFFFFF);
  CHECK(large.substr(12, 4) == "ds64");
  CHECK(number_at(large, 16, 4) == 28);
  CHECK(number_at(large, 20, 8) == data_bytes + before_data);
  CHECK(number_at(large, 28, 8) == data_bytes);
  CHECK(number_at(large, 36, 8) == data_bytes / 8);
  CHECK(number_at(large, 44, 4) == 0);
  CHECK(large.substr(48, 4) == "fmt ");
  CHECK(number_at(large, large.size() - 4, 4) == 0xFFFFFFFF);
}

TEST_CASE("wav_writer: one header for all streams, another format refused") {
  MemorySink sink;
  WavWriter writer(sink);
  writer.stream_start(start_of({8000, 1}));
  writer.stream_end({});
  const size_t header_bytes = sink.bytes.size();
  writer.stream_start(start_of({8000, 1}));
  CHECK(sink.bytes.size() == header_bytes);
  writer.stream_end({});
  CHECK_THROWS_AS(writer.stream_start(start_of({8000, 2})), Error);
  CHECK(sink.bytes.size() == header_bytes);
}

TEST_CASE("wav_writer: nothing is written when no input gave audio") {
  MemorySink sink;
  sink.is_rewritable = true;
  WavWriter writer(sink);
  writer.set_start({"test"});
  writer.stream_error({});
  writer.set_end({});
  CHECK(sink.bytes.empty());
}
