#include "base/byte_input.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "base/os.hpp"
#include "support/temp_dir.hpp"

using namespace astream;
using namespace astream::test;

namespace {

constexpr std::chrono::milliseconds kNoStall{0};

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string read_some(ByteInput& input, size_t most = 100) {
  std::vector<std::byte> buffer(most);
  return text_of(std::span(buffer).first(input.read(buffer)));
}

std::string read_all(ByteInput& input) {
  std::string all;
  for (std::string some = read_some(input, 7); !some.empty(); some = read_some(input, 7)) all += some;
  return all;
}

/// A pipe whose ends are closed in the end.
struct Pipe {
  PipeEnds ends = open_pipe();
  ~Pipe() {
    close_fd(ends.read_fd);
    close_fd(ends.write_fd);
  }
  void write(std::string_view text) const {
    REQUIRE(::write(ends.write_fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
};

struct OpenFile {
  explicit OpenFile(const std::string& path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)) { REQUIRE(fd >= 0); }
  ~OpenFile() { close_fd(fd); }
  int fd;
};

}  // namespace

TEST_CASE("byte_input: a pipe gives what is there, and its end") {
  Pipe pipe;
  const auto input = make_fd_input(pipe.ends.read_fd, {}, kNoStall);
  CHECK_FALSE(input->size_bytes());
  pipe.write("abc");
  CHECK(read_some(*input) == "abc");
  pipe.write("defg");
  CHECK(read_some(*input, 2) == "de");
  close_fd(pipe.ends.write_fd);
  CHECK(read_some(*input) == "fg");
  CHECK(read_some(*input).empty());
  CHECK(read_some(*input).empty());
}

TEST_CASE("byte_input: a non-blocking descriptor is waited for") {
  Pipe pipe;
  set_non_blocking(pipe.ends.read_fd);
  const auto input = make_fd_input(pipe.ends.read_fd, {}, kNoStall);
  std::thread writer([&] { pipe.write("late"); });
  CHECK(read_some(*input) == "late");
  writer.join();
}

TEST_CASE("byte_input: a regular file has a size and positions, counted from where it stood") {
  const TempDir dir;
  const OpenFile file(dir.write("f", "0123456789"));
  REQUIRE(lseek(file.fd, 4, SEEK_SET) == 4);
  const auto input = make_fd_input(file.fd, {}, kNoStall);
  CHECK(input->size_bytes() == 6);
  CHECK(read_all(*input) == "456789");
  input->seek(2);
  CHECK(read_all(*input) == "6789");
  input->seek(0);
  CHECK(read_some(*input, 1) == "4");
  CHECK_THROWS_AS(input->seek(-10), Error);
}

TEST_CASE("byte_input: cancelling ends a read that waits, from any thread") {
  Pipe pipe;
  const CancelToken cancel;
  const auto input = make_fd_input(pipe.ends.read_fd, cancel, kNoStall);
  std::thread canceller([&] { cancel.request(); });
  CHECK_THROWS_AS(read_some(*input), Cancelled);
  canceller.join();
  pipe.write("never read");
  CHECK_THROWS_AS(read_some(*input), Cancelled);
}

TEST_CASE("byte_input: nothing within the stall time is an Error") {
  Pipe pipe;
  const auto input = make_fd_input(pipe.ends.read_fd, {}, std::chrono::milliseconds(1));
  try {
    read_some(*input);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::network);
    CHECK(error.message() == "nothing came for too long");
  }
}

TEST_CASE("byte_input: a descriptor that can't be read is an Error(open)") {
  const TempDir dir;
  const OpenFile folder(dir.path().string());
  const auto input = make_fd_input(folder.fd, {}, kNoStall);
  try {
    read_some(*input);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::open);
  }
}

TEST_CASE("peek_input: what was looked at is read all the same") {
  Pipe pipe;
  pipe.write("header and body");
  close_fd(pipe.ends.write_fd);
  PeekInput input(make_fd_input(pipe.ends.read_fd, {}, kNoStall));
  CHECK(text_of(input.peek(3)) == "hea");
  CHECK(text_of(input.peek(6)) == "header");
  CHECK(text_of(input.peek(2)).starts_with("he"));
  CHECK(read_some(input, 4) == "head");
  CHECK(read_all(input) == "er and body");
}

TEST_CASE("peek_input: fewer bytes only at the end, and more than a buffer's worth") {
  const TempDir dir;
  const std::string large(10'000, 'x');
  const OpenFile file(dir.write("f", large + "end"));
  PeekInput input(make_fd_input(file.fd, {}, kNoStall));
  CHECK(text_of(input.peek(9000)) == large.substr(0, 9000));
  CHECK(text_of(input.peek(20'000)) == large + "end");
  CHECK(read_all(input) == large + "end");
}

TEST_CASE("peek_input: seeking leaves the looked-at bytes behind") {
  const TempDir dir;
  const OpenFile file(dir.write("f", "0123456789"));
  PeekInput input(make_fd_input(file.fd, {}, kNoStall));
  input.peek(5);
  CHECK(read_some(input, 2) == "01");
  input.seek(8);
  CHECK(read_all(input) == "89");
  input.seek(0);
  CHECK(read_all(input) == "0123456789");
  CHECK(input.size_bytes() == 10);
}

TEST_CASE("peek_input: an empty input") {
  const TempDir dir;
  const OpenFile file(dir.write("f", ""));
  PeekInput input(make_fd_input(file.fd, {}, kNoStall));
  CHECK(input.peek(1).empty());
  CHECK(read_some(input).empty());
}
