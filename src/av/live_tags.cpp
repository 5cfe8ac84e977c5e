#include "av/live_tags.hpp"

#include "base/uri.hpp"

namespace astream::av {

namespace {

std::string utf8_or_latin1(const std::string& text) {
  if (is_utf8(text)) return text;
  std::string utf8;
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x80) {
      utf8 += letter;
    } else {
      utf8 += static_cast<char>(0xC0 | code >> 6);
      utf8 += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return utf8;
}

/// "A" then "B;A", or "A;B": the part that is new.
std::string newest(const std::string& value, const std::string& previous) {
  if (previous.empty() || value.size() <= previous.size() + 1) return value;
  if (value.starts_with(previous + ";")) return value.substr(value.rfind(';') + 1);
  if (value.ends_with(";" + previous)) return value.substr(0, value.find(';'));
  return value;
}

}  // namespace

TagMap clean_live_tags(const TagMap& raw, const TagMap& previous_raw, const TagMap& previous) {
  TagMap tags;
  for (const auto& [key, value] : raw) {
    if (key == "icy-metadata" || key == "icy-metaint" || key == "icy-pub") continue;  // between server and client
    const std::string name = key == "streamtitle" ? "title" : key;
    const auto before = previous_raw.find(key);
    const auto told = previous.find(name);
    const bool is_known = before != previous_raw.end() && told != previous.end();
    if (is_known && before->second == value) {
      tags[name] = told->second;
    } else if (!value.empty()) {
      tags[name] = utf8_or_latin1(before == previous_raw.end() ? value : newest(value, before->second));
    }
  }
  return tags;
}

}  // namespace astream::av
