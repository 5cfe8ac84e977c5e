#include "av/io_context.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "base/error.hpp"
#include "support/wav_bytes.hpp"

using namespace astream;
using namespace astream::av;
using namespace astream::test;

namespace {

struct Oddity {
  int number;
};

std::string counted_bytes(size_t count) {
  std::string bytes(count, '\0');
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
  return bytes;
}

std::string read_all(IoContext& io) {
  std::string all;
  unsigned char chunk[1000];
  while (true) {
    const int got = avio_read_partial(io.context(), chunk, sizeof chunk);
    if (got <= 0) return all;
    all.append(reinterpret_cast<const char*>(chunk), static_cast<size_t>(got));
  }
}

}  // namespace

TEST_CASE("io_context: gives all bytes, however short the reads are") {
  const std::string bytes = counted_bytes(100'000);
  for (const size_t most : {size_t{1}, size_t{777}, SIZE_MAX}) {
    CAPTURE(most);
    IoContext io(std::make_shared<MemoryInput>(bytes, false, most));
    CHECK(read_all(io) == bytes);
    CHECK_NOTHROW(io.rethrow_pending());
  }
}

TEST_CASE("io_context: seeks where the input can, and tells its size") {
  const std::string bytes = counted_bytes(100'000);
  IoContext io(std::make_shared<MemoryInput>(bytes));
  CHECK(avio_size(io.context()) == 100'000);
  CHECK((io.context()->seekable & AVIO_SEEKABLE_NORMAL) != 0);
  for (const int64_t position : {99'999, 3, 70'000, 0}) {
    CAPTURE(position);
    REQUIRE(avio_seek(io.context(), position, SEEK_SET) == position);
    CHECK(avio_r8(io.context()) == static_cast<unsigned char>(bytes[static_cast<size_t>(position)]));
  }
  CHECK(avio_seek(io.context(), -5, SEEK_SET) < 0);
  CHECK_NOTHROW(io.rethrow_pending());
}

TEST_CASE("io_context: an input that can't seek says so") {
  IoContext io(std::make_shared<MemoryInput>(counted_bytes(100), false));
  CHECK((io.context()->seekable & AVIO_SEEKABLE_NORMAL) == 0);
  CHECK(avio_size(io.context()) <= 0);
}

TEST_CASE("io_context: what the input throws comes out of rethrow_pending, once, whatever it is") {
  const auto input = std::make_shared<MemoryInput>(counted_bytes(50'000));
  unsigned char byte = 0;
  SUBCASE("an Error") {
    input->fail_at(0, std::make_exception_ptr(Error(ErrorKind::network, "gone", "uri", "hint")));
    IoContext io(input);
    CHECK(avio_read(io.context(), &byte, 1) < 0);
    try {
      io.rethrow_pending();
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::network);
      CHECK(error.message() == "gone");
      CHECK(error.hint() == "hint");
    }
    CHECK_NOTHROW(io.rethrow_pending());
  }
  SUBCASE("no std::exception at all") {
    input->fail_at(0, std::make_exception_ptr(Oddity{7}));
    IoContext io(input);
    CHECK(avio_read(io.context(), &byte, 1) < 0);
    CHECK_THROWS_AS(io.rethrow_pending(), Oddity);
  }
  SUBCASE("in the middle: what was read before is there") {
    input->fail_at(40'000, std::make_exception_ptr(Cancelled{}));
    IoContext io(input);
    CHECK(read_all(io) == counted_bytes(50'000).substr(0, 40'000));
    CHECK_THROWS_AS(io.rethrow_pending(), Cancelled);
  }
}
