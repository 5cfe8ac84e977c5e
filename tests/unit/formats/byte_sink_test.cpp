#include "formats/byte_sink.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

using namespace astream;
using astream::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// A pipe, with SIGPIPE ignored as in the program.
struct Pipe {
  Pipe() {
    std::signal(SIGPIPE, SIG_IGN);
    REQUIRE(pipe(ends.data()) == 0);
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  int writer() const { return ends[1]; }

  /// All that is in the pipe until the writer's end is closed.
  std::string read_all() const {
    std::string all;
    std::array<char, 65536> chunk;
    for (ssize_t count; (count = read(ends[0], chunk.data(), chunk.size())) > 0;)
      all.append(chunk.data(), static_cast<size_t>(count));
    return all;
  }

  std::array<int, 2> ends{-1, -1};

 private:
  void close_end(size_t index) {
    if (ends[index] >= 0) close(ends[index]);
    ends[index] = -1;
  }
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::span<const std::byte> body_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// The error that `action` throws; fails the test when it throws none.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::output);
    return error;
  }
  FAIL("no error was thrown");
  return Error(ErrorKind::internal, "");
}

std::string pattern(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

/// Records of all sizes around the limits of the sink, and what must arrive.
std::string write_records(ByteSink& sink) {
  std::string expected;
  int number = 0;
  for (const size_t size : {0, 1, 100, 32767, 32768, 32769, 200'000, 262'143, 262'144, 262'145, 3'000'000, 5, 60'000}) {
    const std::string head = "head " + std::to_string(number++) + "\n";
    const std::string body = pattern(size);
    sink.write(head, body_of(body));
    expected += head + body;
    CHECK(sink.taken_bytes() == expected.size());
  }
  return expected;
}

}  // namespace

TEST_CASE("fd sink: everything arrives in order, blocking or not") {
  for (const bool is_non_blocking : {false, true}) {
    Pipe pipe;
    if (is_non_blocking) fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
    std::string expected;
    std::thread writer([&] {
      auto sink = make_fd_sink(pipe.writer());
      expected = write_records(*sink);
      sink->close();
      pipe.close_writer();
    });
    const std::string got = pipe.read_all();
    writer.join();
    CHECK(got.size() == expected.size());
    CHECK(got == expected);
  }
}

TEST_CASE("fd sink: holds small records back until flush") {
  Pipe pipe;
  fcntl(pipe.ends[0], F_SETFL, O_NONBLOCK);
  auto sink = make_fd_sink(pipe.writer());
  sink->write("abc", {});
  char byte = 0;
  CHECK(read(pipe.ends[0], &byte, 1) < 0);
  sink->flush();
  CHECK(read(pipe.ends[0], &byte, 1) == 1);
  CHECK(byte == 'a');
}

TEST_CASE("fd sink: does not close the descriptor, nor write without flush or close") {
  Pipe pipe;
  make_fd_sink(pipe.writer())->write("lost", {});
  CHECK(fcntl(pipe.writer(), F_GETFD) >= 0);
  pipe.close_writer();
  CHECK(pipe.read_all().empty());
}

#ifdef F_GETPIPE_SZ
TEST_CASE("fd sink: enlarges a pipe") {
  Pipe pipe;
  const int before = fcntl(pipe.writer(), F_GETPIPE_SZ);
  auto sink = make_fd_sink(pipe.writer());
  const int after = fcntl(pipe.writer(), F_GETPIPE_SZ);
  // Without privileges the system may refuse, when other programs hold many pipes.
  CHECK((after >= before));
  if (geteuid() == 0) CHECK(after == 1 << 20);
}
#endif

TEST_CASE("fd sink: a reader that has gone is PipeClosed, and stays so") {
  Pipe pipe;
  pipe.close_reader();
  auto sink = make_fd_sink(pipe.writer());
  sink->write("abc", {});
  CHECK_THROWS_AS(sink->flush(), PipeClosed);
  CHECK_THROWS_AS(sink->write("abc", {}), PipeClosed);
  CHECK_THROWS_AS(sink->close(), PipeClosed);
}

TEST_CASE("fd sink: a reader that goes while the sink waits for it is PipeClosed") {
  for (const bool is_non_blocking : {false, true}) {
    Pipe pipe;
    if (is_non_blocking) fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
    auto sink = make_fd_sink(pipe.writer());
    const std::string large = pattern(8 << 20);
    std::thread reader([&] {
      // One byte tells that the writer has begun; the pipe can't take all of it.
      char byte = 0;
      CHECK(read(pipe.ends[0], &byte, 1) == 1);
      pipe.close_reader();
    });
    CHECK_THROWS_AS(sink->write({}, body_of(large)), PipeClosed);
    reader.join();
  }
}

TEST_CASE("fd sink: a full disk is an error with the system's words and a hint") {
  const int fd = open("/dev/full", O_WRONLY);
  if (fd < 0) return;  // not every system has it
  auto sink = make_fd_sink(fd);
  sink->write("abc", {});
  const Error error = error_of([&] { sink->flush(); });
  CHECK(error.message() == "can't write: No space left on device");
  CHECK(error.hint().find("free some space") == 0);
  CHECK_THROWS_AS(sink->flush(), Error);
  close(fd);
}

TEST_CASE("fd sink: a bad descriptor is an error") {
  auto sink = make_fd_sink(-1);
  sink->write("abc", {});
  CHECK(error_of([&] { sink->flush(); }).message() == "can't write: Bad file descriptor");
}

TEST_CASE("fd sink: rewrite works on files from where they stood, not on pipes or when appending") {
  TempDir folder;
  const std::string path = folder.file("x");
  std::ofstream(path) << "before";
  const int fd = open(path.c_str(), O_WRONLY);
  lseek(fd, 0, SEEK_END);
  auto sink = make_fd_sink(fd);
  CHECK(sink->rewrite(0, {}));
  sink->write("0123456789", {});
  CHECK(sink->rewrite(2, "ab"));
  sink->write("!", {});
  sink->close();
  close(fd);
  CHECK(content(path) == "before01ab456789!");

  const int appending = open(path.c_str(), O_WRONLY | O_APPEND);
  CHECK_FALSE(make_fd_sink(appending)->rewrite(0, {}));
  close(appending);
  Pipe pipe;
  CHECK_FALSE(make_fd_sink(pipe.writer())->rewrite(0, "x"));
}

TEST_CASE("fd sink: a write that fails half-way leaves whole records only") {
  TempDir folder;
  const std::string path = folder.file("x");
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto sink = make_fd_sink(fd);
  const std::string body = pattern(100'000);
  sink->write("one", body_of(body));
  rlimit small = before;
  small.rlim_cur = 150'000;
  setrlimit(RLIMIT_FSIZE, &small);
  const Error error = error_of([&] {
    sink->write("two", body_of(body));
    sink->flush();
  });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  close(fd);
  CHECK(error.message() == "can't write: File too large");
  CHECK(content(path) == "one" + body);
}

TEST_CASE("file sink: appears under its name in close() only") {
  TempDir folder;
  const std::string path = folder.file("out.wav");
  auto sink = make_file_sink(path, false);
  const std::string expected = write_records(*sink);
  CHECK(fs::exists(path + ".part"));
  CHECK_FALSE(fs::exists(path));
  CHECK(sink->rewrite(0, "HEAD"));
  sink->close();
  CHECK_FALSE(fs::exists(path + ".part"));
  CHECK(content(path) == "HEAD" + expected.substr(4));
  CHECK_NOTHROW(sink->close());
}

TEST_CASE("file sink: nothing stays without close()") {
  TempDir folder;
  make_file_sink(folder.file("out"), false)->write("abc", {});
  CHECK(fs::is_empty(folder.path().string()));
}

TEST_CASE("file sink: an existing file is kept unless it may be overwritten") {
  TempDir folder;
  const std::string path = folder.file("out");
  std::ofstream(path) << "old";
  const Error error = error_of([&] { make_file_sink(path, false); });
  CHECK(error.message() == "the file exists already");
  CHECK(error.uri() == path);
  CHECK(error.hint() == "give -y to overwrite it");
  CHECK_FALSE(fs::exists(path + ".part"));
  {
    auto abandoned = make_file_sink(path, true);
    abandoned->write("new", {});
    abandoned->flush();
  }
  CHECK(content(path) == "old");
  auto sink = make_file_sink(path, true);
  sink->write("new", {});
  sink->close();
  CHECK(content(path) == "new");
}

TEST_CASE("file sink: overwriting keeps the permissions") {
  TempDir folder;
  const std::string path = folder.file("out");
  std::ofstream(path) << "old";
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  make_file_sink(path, true)->close();
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("file sink: a file that appears meanwhile is not overwritten, and the output is kept beside") {
  TempDir folder;
  const std::string path = folder.file("out");
  auto sink = make_file_sink(path, false);
  sink->write("ours", {});
  std::ofstream(path) << "theirs";
  const Error error = error_of([&] { sink->close(); });
  CHECK(error.message().find(path + ".part") != std::string::npos);
  sink.reset();
  CHECK(content(path) == "theirs");
  CHECK(content(path + ".part") == "ours");
}

TEST_CASE("file sink: two runs with one output don't mix; what a killed run left is written over") {
  TempDir folder;
  const std::string path = folder.file("out");
  std::ofstream(path + ".part") << "left behind, and longer than what comes";
  auto first = make_file_sink(path, false);
  CHECK(error_of([&] { make_file_sink(path, false); }).message() == "another program is writing " + path + ".part");
  first->write("first", {});
  first->close();
  CHECK(content(path) == "first");
}

TEST_CASE("file sink: links, pipes and devices are written straight into") {
  TempDir folder;
  CHECK_NOTHROW(make_file_sink("/dev/null", false)->close());
  CHECK_FALSE(fs::exists("/dev/null.part"));

  const std::string target = folder.file("target");
  const std::string link = folder.file("link");
  fs::create_symlink(target, link);
  auto dangling = make_file_sink(link, false);
  dangling->write("abc", {});
  dangling->close();
  CHECK(content(target) == "abc");
  CHECK(fs::is_symlink(link));
  CHECK(error_of([&] { make_file_sink(link, false); }).message() == "the file exists already");
  auto sink = make_file_sink(link, true);
  sink->write("de", {});
  sink->close();
  CHECK(content(target) == "de");
  CHECK(fs::is_symlink(link));

  const std::string fifo = folder.file("fifo");
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  std::string got;
  std::thread reader([&] { got = content(fifo); });
  auto into_fifo = make_file_sink(fifo, false);
  into_fifo->write("through", {});
  into_fifo->close();
  into_fifo.reset();
  reader.join();
  CHECK(got == "through");
  CHECK(fs::is_fifo(fifo));
}

TEST_CASE("file sink: places that can't be written fail at once and with a reason") {
  TempDir folder;
  const Error missing = error_of([&] { make_file_sink(folder.file("none/out"), false); });
  CHECK(missing.message() == "can't write the file: No such file or directory");
  CHECK(missing.hint() == "create the folder first");
  CHECK(error_of([&] { make_file_sink(folder.path().string(), true); }).message().find("it is a folder") !=
        std::string::npos);
  std::ofstream(folder.file("file")) << "x";
  CHECK(error_of([&] { make_file_sink(folder.file("file/out"), false); }).hint() == "create the folder first");
  CHECK(error_of([] { make_file_sink("", false); }).kind() == ErrorKind::output);
}

TEST_CASE("file sink: .part is removed when writing failed") {
  TempDir folder;
  const std::string path = folder.file("out");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 10'000;
  setrlimit(RLIMIT_FSIZE, &small);
  {
    auto sink = make_file_sink(path, false);
    sink->write(pattern(20'000), {});
    CHECK_THROWS_AS(sink->close(), Error);
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  CHECK(fs::is_empty(folder.path().string()));
}
