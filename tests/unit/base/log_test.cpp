#include "base/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/temp_dir.hpp"

using namespace astream;

namespace {

/// Collects what is logged while it lives; level and sink are as before afterwards.
class CollectedLog {
 public:
  CollectedLog() : old_level_(log_level()) {
    set_log_sink([this](LogLevel level, std::string_view line) {
      levels.push_back(level);
      lines.emplace_back(line);
    });
  }
  ~CollectedLog() {
    set_log_sink({});
    set_log_level(old_level_);
  }
  CollectedLog(const CollectedLog&) = delete;
  CollectedLog& operator=(const CollectedLog&) = delete;

  std::vector<LogLevel> levels;
  std::vector<std::string> lines;

 private:
  LogLevel old_level_;
};

/// What `call` writes to stderr.
template <typename Call>
std::string stderr_of(Call call) {
  const test::TempDir dir;
  const int file = open(dir.file("stderr").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const int old = dup(STDERR_FILENO);
  dup2(file, STDERR_FILENO);
  call();
  dup2(old, STDERR_FILENO);
  close(old);
  close(file);
  return dir.read("stderr");
}

}  // namespace

TEST_CASE("only what the level allows is said") {
  CollectedLog collected;
  CHECK(log_level() == LogLevel::warning);
  log(LogLevel::error, "one");
  log(LogLevel::warning, "two");
  log(LogLevel::info, "three");
  set_log_level(LogLevel::trace);
  log(LogLevel::trace, "four");
  set_log_level(LogLevel::quiet);
  log(LogLevel::error, "five");
  log(LogLevel::quiet, "six");
  CHECK(collected.lines == std::vector<std::string>{"one", "two", "four"});
  CHECK(collected.levels == std::vector<LogLevel>{LogLevel::error, LogLevel::warning, LogLevel::trace});
  CHECK(level_name(LogLevel::warning) == "warning");
  CHECK(level_name(LogLevel::trace) == "trace");
}

TEST_CASE("a line on stderr names the program, and a warning as such") {
  set_log_sink({});
  CHECK(stderr_of([] {
          log(LogLevel::error, "it broke");
          log(LogLevel::warning, "it creaks\n");
          log(LogLevel::info, "it is");
        }) == "astream: it broke\nastream: warning: it creaks\n");
}

TEST_CASE("lines of many threads don't mix") {
  set_log_sink({});
  const std::string text = stderr_of([] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 200; ++i) log(LogLevel::error, std::string(100, static_cast<char>('a' + t)));
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    REQUIRE(line.size() == 109);
    REQUIRE(std::count(line.begin() + 9, line.end(), line[9]) == 100);
  }
  CHECK(count == 800);
}

TEST_CASE("hidden words and credentials never reach a sink") {
  CollectedLog collected;
  hide_in_log("hunter2");
  hide_in_log("hunter2 and more");
  hide_in_log("ab");  // too short to be told from other text
  log(LogLevel::error, "login hunter2 failed, about it; hunter2 and more");
  log(LogLevel::error, "can't open 'rtsp://me:pw@cam/1?token=xyz': timeout at http://a:b@c, see ?sig=5&x=6");
  log(LogLevel::error, "Authorization: Basic abc=\r\nHost: h\r\ncookie: id=1");
  CHECK(collected.lines[0] == "login *** failed, about it; ***");
  CHECK(collected.lines[1] == "can't open 'rtsp://***@cam/1?token=***': timeout at http://***@c, see ?sig=***&x=6");
  CHECK(collected.lines[2] == "Authorization: ***\\r\\nHost: h\\r\\ncookie: ***");
}

TEST_CASE("the newest secrets stay hidden, however many there are") {
  for (int i = 0; i < 3000; ++i) hide_in_log("secret-number-" + std::to_string(100000 + i) + "-end");
  CHECK(redact_text("secret-number-102999-end") == "***");
  CHECK(redact_text("secret-number-102500-end") == "***");
}

TEST_CASE("control characters are made visible") {
  CHECK(redact_text("a\nb\rc\td") == "a\\nb\\rc\\td");
  CHECK(redact_text("\x1B[31mred\x07\x7F") == "\\x1b[31mred\\x07\\x7f");
  CHECK(redact_text(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(redact_text("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\xB5") == "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\xB5");
  CHECK(redact_text("\xC2\x9B"
                    "31m \x9B"
                    "31m caf\xE9") == "\\xc2\\x9b31m \\x9b31m caf\\xe9");
  CHECK(redact_text("\xE2\x82") == "\\xe2\\x82");
  CHECK(redact_text("") == "");
}

TEST_CASE("a sink may log, and may throw") {
  CollectedLog collected;
  set_log_sink([&](LogLevel, std::string_view line) {
    collected.lines.emplace_back(line);
    if (line == "outer") log(LogLevel::error, "inner");
    throw std::runtime_error("sink");
  });
  log(LogLevel::error, "outer");
  log(LogLevel::error, "next");
  CHECK(collected.lines == std::vector<std::string>{"outer", "inner", "next"});
}
