#include "base/error.hpp"

namespace astream {

namespace {

void append_on_one_line(std::string& line, std::string_view text) {
  for (const char c : text) line += c == '\n' || c == '\r' ? ' ' : c;
}

}  // namespace

std::string_view kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::resolve:
      return "resolve";
    case ErrorKind::open:
      return "open";
    case ErrorKind::network:
      return "network";
    case ErrorKind::decode:
      return "decode";
    case ErrorKind::device:
      return "device";
    case ErrorKind::output:
      return "output";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

Error Error::with_uri(std::string_view uri) const {
  if (!uri_.empty()) return *this;
  Error named = *this;
  named.uri_ = uri;
  return named;
}

Error Error::with_http_status(int status) const {
  Error answered = *this;
  answered.http_status_ = status;
  return answered;
}

std::string Error::one_line() const {
  std::string line;
  append_on_one_line(line, uri_);
  const std::string_view text = what();
  if (!text.empty()) {
    if (!line.empty()) line += ": ";
    append_on_one_line(line, text);
  }
  if (!hint_.empty()) {
    if (!line.empty()) line += ' ';
    line += '(';
    append_on_one_line(line, hint_);
    line += ')';
  }
  return line;
}

}  // namespace astream
