#include "formats/recording_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/local_time.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr int kMostDigits = 18;

/// The conversions of strftime that give parts of names, and what they look like.
constexpr auto kTimes = std::to_array<std::pair<char, std::string_view>>(
    {{'Y', "\\d{4,}"},    {'m', "\\d\\d"}, {'d', "\\d\\d"},
     {'H', "\\d\\d"},     {'M', "\\d\\d"}, {'S', "\\d\\d"},
     {'y', "\\d\\d"},     {'j', "\\d{3}"}, {'I', "\\d\\d"},
     {'p', "[^/]*"},      {'U', "\\d\\d"}, {'W', "\\d\\d"},
     {'V', "\\d\\d"},     {'G', "\\d{4}"}, {'u', "\\d"},
     {'w', "\\d"},        {'a', "[^/]+"},  {'A', "[^/]+"},
     {'b', "[^/]+"},      {'B', "[^/]+"},  {'F', "\\d{4,}-\\d\\d-\\d\\d"},
     {'z', "[+-]\\d{4}"}, {'Z', "[^/]+"},  {'s', "\\d+"}});

[[noreturn]] void refuse(const std::string& problem, const std::string& hint) {
  throw Error(ErrorKind::usage, "-o: " + problem, {}, hint);
}

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string padded(int64_t number, int digits) {
  std::string text = std::to_string(number);
  if (text.size() < static_cast<size_t>(digits)) text.insert(0, static_cast<size_t>(digits) - text.size(), '0');
  return text;
}

/// Seconds, rounded down before 1970 too.
int64_t whole_seconds(int64_t time_us) {
  constexpr int64_t kMicroseconds = 1'000'000;
  return time_us / kMicroseconds - (time_us % kMicroseconds < 0 ? 1 : 0);
}

}  // namespace

std::string safe_file_name(const std::string& text) {
  constexpr size_t kMostBytes = 100;
  constexpr std::string_view kRefused = "/\\:*?\"<>|";
  std::string safe;
  for (const char letter : to_utf8(text)) {
    const bool is_control = static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
    safe += is_control || kRefused.find(letter) != std::string_view::npos ? '_' : letter;
  }
  if (safe.size() > kMostBytes) {
    size_t end = kMostBytes;
    while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xC0) == 0x80) --end;  // whole characters only
    safe.resize(end);
  }
  if (safe.empty()) return "_";
  if (safe.front() == '.') safe.front() = '_';
  return safe;
}

RecordingName::RecordingName(const std::string& text, bool is_utc) : is_utc_(is_utc) {
  for (size_t at = 0; at < text.size();) {
    const bool is_double = at + 1 < text.size() && text[at + 1] == text[at];
    if ((text[at] == '{' || text[at] == '}' || text[at] == '%') && is_double) {
      add_literal(text[at]);
      at += 2;
    } else if (text[at] == '{') {
      at = add_field(text, at);
    } else if (text[at] == '%') {
      at = add_time(text, at);
    } else {
      add_literal(text[at++]);
    }
  }
}

void RecordingName::add_literal(char letter) {
  if (parts_.empty() || parts_.back().kind != Kind::literal) parts_.push_back({Kind::literal, "", "", 1});
  parts_.back().text += letter;
}

size_t RecordingName::add_field(const std::string& text, size_t at) {
  const size_t end = text.find('}', at);
  if (end == std::string::npos) refuse("'{' without '}' in the name", "{{ stands for a brace");
  const std::string field = text.substr(at + 1, end - at - 1);
  const std::string word = field.substr(0, field.find(':'));
  Part part;
  if (word == "label") part.kind = Kind::label;
  if (word == "name") part.kind = Kind::name;
  if (word == "stream") part.kind = Kind::stream;
  if (word == "index") part.kind = Kind::index;
  bool is_known = part.kind != Kind::literal;
  if (is_known && word.size() < field.size()) {
    const char* last = field.data() + field.size();
    const auto number = std::from_chars(field.data() + word.size() + 1, last, part.digits);
    is_known = part.kind == Kind::index && number.ec == std::errc() && number.ptr == last && part.digits >= 1 &&
               part.digits <= kMostDigits;
  }
  if (!is_known) refuse("there is no field {" + field + "}", "{label}, {name}, {stream}, {index} or {index:3}");
  (part.kind == Kind::index ? has_index_ : tells_streams_) = true;
  parts_.push_back(part);
  return end + 1;
}

size_t RecordingName::add_time(const std::string& text, size_t at) {
  const char letter = at + 1 < text.size() ? text[at + 1] : '%';
  const auto* row = std::find_if(kTimes.begin(), kTimes.end(), [&](const auto& time) { return time.first == letter; });
  if (row == kTimes.end()) {
    refuse("there is no time %" + std::string(letter == '%' ? "" : std::string(1, letter)) + " for names",
           "%Y%m%d-%H%M%S is date and time, %% a percent sign");
  }
  has_time_ = true;
  parts_.push_back({Kind::time, std::string{'%', letter}, std::string(row->second), 1});
  return at + 2;
}

std::string RecordingName::value_of(const Part& part, const NameFields& fields) const {
  switch (part.kind) {
    case Kind::literal:
      return part.text;
    case Kind::label:
      return safe_file_name(fields.label);
    case Kind::name:
      return safe_file_name(fields.name);
    case Kind::stream:
      return std::to_string(fields.stream);
    case Kind::index:
      return padded(fields.index, part.digits);
    case Kind::time: {
      constexpr size_t kRoom = 128;
      std::array<char, kRoom> text{};
      const std::tm date = calendar_time(whole_seconds(fields.time_us), is_utc_);
      const size_t size = std::strftime(text.data(), text.size(), part.text.c_str(), &date);
      std::string value(text.data(), size);
      std::replace(value.begin(), value.end(), '/', '_');
      return value;
    }
  }
  return "";
}

std::string RecordingName::expand(const NameFields& fields) const {
  std::string path;
  for (const Part& part : parts_) path += value_of(part, fields);
  return path;
}

std::vector<NamePattern> RecordingName::patterns(const NameFields& fields) const {
  std::vector<NamePattern> patterns(1);
  for (const Part& part : parts_) {
    if (part.kind == Kind::time || part.kind == Kind::index) {
      const std::string digits = "\\d{" + std::to_string(part.digits) + ",}";
      patterns.back().regex += part.kind == Kind::time ? part.pattern : digits;
      patterns.back().is_fixed = false;
      continue;
    }
    for (const char letter : value_of(part, fields)) {
      if (letter == '/') {
        patterns.emplace_back();
      } else {
        patterns.back().text += letter;
        patterns.back().regex += escape(std::string_view(&letter, 1));
      }
    }
  }
  return patterns;
}

}  // namespace astream
