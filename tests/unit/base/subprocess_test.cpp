#include "base/subprocess.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

using namespace astream;

namespace {

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(size));
  }
}

std::string output_of(const std::string& script) {
  Subprocess child({"sh", "-c", script}, ChildPipe::child_stdout);
  return read_to_end(child.fd());
}

bool is_alive(pid_t pid) {
  return kill(pid, 0) == 0 || errno != ESRCH;
}

/// Waits until `pid` is gone (an orphan is reaped by init, a moment later); the test's own time limit is the only
/// limit.
void wait_until_gone(pid_t pid) {
  // A zombie whose parent does not reap still counts as alive here, but its /proc entry says so.
  while (is_alive(pid)) {
    const int stat = open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
    const std::string text = stat >= 0 ? read_to_end(stat) : "";
    if (stat >= 0) close(stat);
    if (text.find(") Z") != std::string::npos) return;
    poll(nullptr, 0, 1);
  }
}

}  // namespace

TEST_CASE("a child's stdout comes through the pipe to its end") {
  Subprocess child({"sh", "-c", "printf hello; exit 7"}, ChildPipe::child_stdout);
  CHECK(read_to_end(child.fd()) == "hello");
  const ChildExit exit = child.wait();
  CHECK(exit.code == 7);
  CHECK(exit.signal == 0);
  CHECK(child.wait().code == 7);
}

TEST_CASE("a child's stdin ends when the pipe is closed") {
  const test::TempDir dir;
  Subprocess child({"sh", "-c", "cat > \"$0\"", dir.file("copy")}, ChildPipe::child_stdin);
  constexpr std::string_view kText = "some bytes";
  REQUIRE(write(child.fd(), kText.data(), kText.size()) == static_cast<ssize_t>(kText.size()));
  child.close_pipe();
  CHECK(child.fd() == -1);
  CHECK(child.wait().code == 0);
  CHECK(dir.read("copy") == kText);
}

TEST_CASE("arguments arrive as they are, without a shell") {
  Subprocess child({"printf", "%s|", "a b", "$HOME", "*", "", "it's \"so\""}, ChildPipe::child_stdout);
  CHECK(read_to_end(child.fd()) == "a b|$HOME|*||it's \"so\"|");
}

TEST_CASE("a child that reads from us has nothing else to read") {
  CHECK(output_of("cat; printf end") == "end");
  const test::TempDir dir;
  Subprocess child({"sh", "-c", "cat > \"$0\"", dir.file("stdin")}, ChildPipe::none);
  CHECK(child.fd() == -1);
  CHECK(child.wait().code == 0);
  CHECK(dir.read("stdin").empty());
}

TEST_CASE("how a child ended by a signal is told") {
  Subprocess child({"sh", "-c", "kill -INT $$"}, ChildPipe::none);
  const ChildExit exit = child.wait();
  CHECK(exit.code == 130);
  CHECK(exit.signal == SIGINT);
}

TEST_CASE("a program that is not there is an open error with a hint") {
  for (const ChildPipe pipe : {ChildPipe::none, ChildPipe::child_stdin, ChildPipe::child_stdout}) {
    try {
      const Subprocess child({"astream-no-such-program"}, pipe);
      FAIL("it was started");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::open);
      CHECK(error.message() == "can't run 'astream-no-such-program': No such file or directory");
      CHECK(error.hint() == "is it installed and on the PATH?");
    }
  }
  CHECK_THROWS_AS(Subprocess({}, ChildPipe::none), Error);
  CHECK_THROWS_AS(Subprocess({"/"}, ChildPipe::none), Error);
}

TEST_CASE("a program that may not be run is told from one that is not there") {
  const test::TempDir dir;
  const std::string program = dir.write("not-executable", "#!/bin/sh\n");
  try {
    const Subprocess child({program}, ChildPipe::none);
    FAIL("it was started");
  } catch (const Error& error) {
    CHECK(error.message() == "can't run '" + program + "': Permission denied");
    CHECK(error.hint().empty());
  }
}

TEST_CASE("a failed start leaves no descriptor open") {
  const int before = dup(STDIN_FILENO);
  close(before);
  for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(Subprocess({"astream-no-such-program"}, ChildPipe::child_stdout), Error);
  const int after = dup(STDIN_FILENO);
  close(after);
  CHECK(after == before);
}

TEST_CASE("terminate ends a child that would run for ever, and its children") {
  Subprocess child({"sh", "-c", "sleep 1000 & echo $!; wait"}, ChildPipe::child_stdout);
  std::array<char, 32> line{};
  REQUIRE(read(child.fd(), line.data(), line.size() - 1) > 0);
  const pid_t grandchild = static_cast<pid_t>(std::stol(line.data()));
  CHECK(is_alive(grandchild));
  child.terminate();
  CHECK_FALSE(is_alive(child.pid()));
  wait_until_gone(grandchild);
  CHECK(child.wait().signal == SIGTERM);
  child.terminate();
}

TEST_CASE("a child that ignores SIGTERM is killed") {
  Subprocess child({"sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"}, ChildPipe::child_stdout);
  std::array<char, 16> line{};
  REQUIRE(read(child.fd(), line.data(), line.size()) > 0);
  child.terminate();
  CHECK(child.wait().signal == SIGKILL);
  CHECK(child.wait().code == 137);
}

TEST_CASE("a child that cleans up on SIGTERM is given the time") {
  const test::TempDir dir;
  Subprocess child({"sh", "-c", "trap 'echo clean > \"$0\"; exit 3' TERM; echo ready; while :; do sleep 0.01; done",
                    dir.file("result")},
                   ChildPipe::child_stdout);
  std::array<char, 16> line{};
  REQUIRE(read(child.fd(), line.data(), line.size()) > 0);
  child.terminate();
  CHECK(child.wait().code == 3);
  CHECK(dir.read("result") == "clean\n");
}

TEST_CASE("the destructor ends and reaps the child") {
  pid_t pid = -1;
  {
    const Subprocess child({"sleep", "1000"}, ChildPipe::child_stdout);
    pid = child.pid();
    CHECK(is_alive(pid));
  }
  CHECK_FALSE(is_alive(pid));
}

TEST_CASE("the child's signals are as a shell would set them, whatever ours are") {
  const auto old_handler = signal(SIGPIPE, SIG_IGN);
  sigset_t blocked, old_mask;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGINT);
  sigprocmask(SIG_BLOCK, &blocked, &old_mask);
  Subprocess child({"cat", "/proc/self/status"}, ChildPipe::child_stdout);
  const std::string status = read_to_end(child.fd());
  sigprocmask(SIG_SETMASK, &old_mask, nullptr);
  signal(SIGPIPE, old_handler);
  if (status.empty()) return;  // no /proc on this system
  const auto standard_signals = [&](const std::string& name) {
    // Those above 31 are left out: glibc itself has two of them ignored in what it spawns.
    return std::stoull(status.substr(status.find(name) + name.size()), nullptr, 16) & 0x7FFFFFFF;
  };
  CHECK(standard_signals("SigBlk:") == 0);
  CHECK(standard_signals("SigIgn:") == 0);
}

TEST_CASE("the child has a process group of its own and none of our pipes") {
  Subprocess first({"sleep", "1000"}, ChildPipe::child_stdin);
  CHECK(getpgid(first.pid()) == first.pid());
  CHECK((fcntl(first.fd(), F_GETFD) & FD_CLOEXEC) != 0);
  // With its writing end inherited by another child, this one would never see the end of its stdin.
  Subprocess reader({"cat"}, ChildPipe::child_stdin);
  const Subprocess bystander({"sleep", "1000"}, ChildPipe::none);
  reader.close_pipe();
  CHECK(reader.wait().code == 0);
}
