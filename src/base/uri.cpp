#include "base/uri.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace astream {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_scheme_char(char c) {
  return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_percent_encoded(std::string& text, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  text += '%';
  text += kHex[byte >> 4];
  text += kHex[byte & 15];
}

/// Length of the scheme in front of ':', 0 when there is none.
size_t scheme_length(std::string_view uri) {
  if (uri.empty() || !is_letter(uri.front())) return 0;
  size_t length = 1;
  while (length < uri.size() && is_scheme_char(uri[length])) ++length;
  const bool is_scheme = length >= 2 && length < uri.size() && uri[length] == ':';
  return is_scheme ? length : 0;
}

/// Length of the well-formed UTF-8 sequence at the front of `text` (Unicode 15, table 3-7), 0 when there is none.
size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  // Overlong forms, surrogates and values above U+10FFFF show in the second byte.
  const unsigned least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::string uri_scheme(std::string_view uri) {
  return lower_case(uri.substr(0, scheme_length(uri)));
}

bool has_authority(std::string_view uri) {
  const size_t length = scheme_length(uri);
  return length > 0 && uri.substr(length).starts_with("://");
}

SchemeParts split_scheme(std::string_view uri) {
  SchemeParts parts;
  parts.scheme = uri_scheme(uri);
  if (parts.scheme.empty()) {
    parts.body = uri;
    return parts;
  }
  std::string_view rest = uri.substr(parts.scheme.size() + 1);
  if (rest.starts_with("//")) rest.remove_prefix(2);
  const size_t question = rest.find('?');
  parts.body = rest.substr(0, question);
  if (question == std::string_view::npos) return parts;
  rest.remove_prefix(question + 1);
  while (!rest.empty()) {
    const std::string_view option = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), option.size() + 1));
    if (option.empty()) continue;
    const size_t equals = option.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : option.substr(equals + 1);
    parts.query[std::string(option.substr(0, equals))] = percent_decode(value);
  }
  return parts;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr std::string_view kUnreservedMarks = "-._~";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || kUnreservedMarks.find(c) != std::string_view::npos ||
        keep.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      append_percent_encoded(encoded, c);
    }
  }
  return encoded;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    result += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return result;
}

std::string printable_uri(std::string_view uri) {
  if (is_utf8(uri)) return std::string(uri);
  if (scheme_length(uri) == 0) return "file:" + percent_encode(uri);
  // A URI of another scheme stays what it is, but for the bytes that can't stand in one.
  std::string printable;
  for (const char c : uri) {
    if (static_cast<unsigned char>(c) < 0x80) {
      printable += c;
    } else {
      append_percent_encoded(printable, c);
    }
  }
  return printable;
}

}  // namespace astream
