#include "source/glob.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr size_t kNone = std::string_view::npos;

/// One character: its bytes as a number that orders like the code point, and how many bytes it has.
struct Character {
  uint32_t code = 0;
  size_t bytes = 1;
};

Character front_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  constexpr uint32_t kBeyondUnicode = 0x110000;  // bytes that are no UTF-8 equal no character
  if (text.size() < length || !is_utf8(text.substr(0, length))) return {kBeyondUnicode + first, 1};
  uint32_t code = first & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3FU);
  return {code, length};
}

/// Position of the ']' that closes the bracket at the front of `text`, kNone when it is no bracket expression.
size_t bracket_end(std::string_view text) {
  size_t i = 1;
  if (i < text.size() && (text[i] == '!' || text[i] == '^')) ++i;
  if (i < text.size() && text[i] == ']') ++i;  // "[]a]" holds ']' itself
  while (i < text.size() && text[i] != ']') i += text[i] == '\\' ? 2 : 1;
  return i < text.size() ? i : kNone;
}

/// Takes one character, escaped or not, from the front of a bracket's inside.
uint32_t take_character(std::string_view& inside) {
  if (inside.front() == '\\' && inside.size() > 1) inside.remove_prefix(1);
  const Character character = front_character(inside);
  inside.remove_prefix(character.bytes);
  return character.code;
}

bool matches_bracket(std::string_view inside, uint32_t code) {
  const bool is_negated = inside.starts_with('!') || inside.starts_with('^');
  if (is_negated) inside.remove_prefix(1);
  bool is_in = false;
  while (!inside.empty()) {
    const uint32_t low = take_character(inside);
    uint32_t high = low;
    if (inside.size() >= 2 && inside.front() == '-') {
      inside.remove_prefix(1);
      high = take_character(inside);
    }
    is_in = is_in || (code >= low && code <= high);
  }
  return is_in != is_negated;
}

/// Matches what stands at the front of `pattern` (no '*') against one character of `name`: how many bytes of each are
/// used.
struct Step {
  size_t pattern_bytes = 0;
  size_t name_bytes = 0;
};
std::optional<Step> match_one(std::string_view pattern, std::string_view name) {
  if (pattern.empty() || name.empty()) return std::nullopt;
  const Character character = front_character(name);
  if (pattern.front() == '?') return Step{1, character.bytes};
  if (pattern.front() == '[') {
    const size_t end = bracket_end(pattern);
    if (end != kNone) {
      if (!matches_bracket(pattern.substr(1, end - 1), character.code)) return std::nullopt;
      return Step{end + 1, character.bytes};
    }
  }
  const size_t escape = pattern.front() == '\\' && pattern.size() > 1 ? 1 : 0;
  if (pattern[escape] != name.front()) return std::nullopt;
  return Step{escape + 1, 1};
}

/// The first brace expression of a pattern: where it stands, and its alternatives.
struct Braces {
  size_t begin = 0;
  size_t end = 0;  ///< behind the '}'
  std::vector<std::string_view> alternatives;
};

std::optional<Braces> braces_at(std::string_view pattern, size_t begin) {
  Braces braces{begin, 0, {}};
  size_t depth = 0;
  size_t part = begin + 1;
  for (size_t i = begin; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (c == '{') {
      ++depth;
    } else if ((c == ',' && depth == 1) || (c == '}' && depth == 1)) {
      braces.alternatives.push_back(pattern.substr(part, i - part));
      part = i + 1;
      if (c == ',') continue;
      braces.end = i + 1;
      // "{x}" is no choice: such names are common enough.
      return braces.alternatives.size() > 1 ? std::optional(braces) : std::nullopt;
    } else if (c == '}') {
      --depth;
    }
  }
  return std::nullopt;
}

std::optional<Braces> first_braces(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '{') {
      if (auto braces = braces_at(pattern, i)) return braces;
    }
  }
  return std::nullopt;
}

}  // namespace

bool has_wildcard(std::string_view segment) {
  for (size_t i = 0; i < segment.size(); ++i) {
    const char c = segment[i];
    if (c == '*' || c == '?' || (c == '[' && bracket_end(segment.substr(i)) != kNone)) return true;
    if (c == '\\') ++i;
  }
  return false;
}

bool has_glob_syntax(std::string_view text) {
  if (text.size() > kMaxGlobBytes) return false;
  if (first_braces(text)) return true;
  while (!text.empty()) {
    const std::string_view segment = text.substr(0, text.find('/'));
    if (has_wildcard(segment)) return true;
    text.remove_prefix(std::min(text.size(), segment.size() + 1));
  }
  return false;
}

std::vector<std::string> expand_braces(std::string_view pattern) {
  std::vector<std::string> open{std::string(pattern)};  // a stack: the first alternative on top
  std::vector<std::string> done;
  while (!open.empty()) {
    const std::string text = std::move(open.back());
    open.pop_back();
    const auto braces = first_braces(text);
    if (!braces) {
      done.push_back(text);
      continue;
    }
    for (size_t i = braces->alternatives.size(); i-- > 0;) {
      open.push_back(text.substr(0, braces->begin) + std::string(braces->alternatives[i]) + text.substr(braces->end));
    }
    if (open.size() + done.size() > kMaxBracePatterns) {
      throw Error(ErrorKind::resolve, "the braces name more than " + std::to_string(kMaxBracePatterns) + " patterns",
                  std::string(pattern), "use * instead, or a list of names with --files-from");
    }
  }
  return done;
}

bool matches_segment(std::string_view segment, std::string_view name) {
  const bool names_dot = segment.starts_with('.') || segment.starts_with("\\.");
  if (name.starts_with('.') && !names_dot) return false;
  // On a mismatch only the last '*' needs to take one more character: an earlier one has nothing to gain.
  std::optional<std::string_view> star_segment;
  std::string_view star_name;
  while (!name.empty() || !segment.empty()) {
    if (segment.starts_with('*')) {
      segment.remove_prefix(1);
      star_segment = segment;
      star_name = name;
    } else if (const auto step = match_one(segment, name)) {
      segment.remove_prefix(step->pattern_bytes);
      name.remove_prefix(step->name_bytes);
    } else if (star_segment && !star_name.empty()) {
      star_name.remove_prefix(front_character(star_name).bytes);
      segment = *star_segment;
      name = star_name;
    } else {
      return false;
    }
  }
  return true;
}

std::string unescape_glob(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    result += text[i];
  }
  return result;
}

}  // namespace astream
