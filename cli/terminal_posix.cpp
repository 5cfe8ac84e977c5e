#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "cli/terminal.hpp"

namespace astream::cli {

namespace {

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread is started
  return value == nullptr ? "" : value;
}

}  // namespace

bool is_terminal(int fd) {
  return isatty(fd) == 1;
}

int terminal_columns(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  constexpr int kUsualColumns = 80;
  return kUsualColumns;
}

int terminal_rows(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) return size.ws_row;
  constexpr int kUsualRows = 24;
  return kUsualRows;
}

bool is_dumb_terminal() {
  return environment_value("TERM").empty() || environment_value("TERM") == "dumb";
}

bool is_utf8_locale() {
  std::string locale = environment_value("LC_ALL");
  if (locale.empty()) locale = environment_value("LC_CTYPE");
  if (locale.empty()) locale = environment_value("LANG");
  locale = lower_case(locale);
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

bool wants_color(int fd) {
  return is_terminal(fd) && environment_value("NO_COLOR").empty() && environment_value("TERM") != "dumb" &&
         !environment_value("TERM").empty();
}

}  // namespace astream::cli
