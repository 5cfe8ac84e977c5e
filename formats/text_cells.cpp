#include "formats/text_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "base/uri.hpp"

namespace astream {

namespace {

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Controls, line separators and what changes the direction of text.
constexpr std::array<CodeRange, 8> kUnsafe{{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0x200E, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2066, 0x2069},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF9, 0xFFFB},
                                            {0xE0000, 0xE0FFF}}};
// The blocks that Unicode's East Asian Width (UAX 11) has as W or F, and emoji; coarse, which is enough to align.
constexpr std::array<CodeRange, 10> kWide{{{0x1100, 0x115F},
                                           {0x2E80, 0x303E},
                                           {0x3041, 0xA4CF},
                                           {0xAC00, 0xD7A3},
                                           {0xF900, 0xFAFF},
                                           {0xFE30, 0xFE6F},
                                           {0xFF00, 0xFF60},
                                           {0xFFE0, 0xFFE6},
                                           {0x1F300, 0x1FAFF},
                                           {0x20000, 0x3FFFD}}};
constexpr std::array<CodeRange, 6> kZeroWidth{
    {{0x0300, 0x036F}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <size_t N>
bool is_in(const std::array<CodeRange, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

int columns_of(char32_t code) {
  if (is_in(kZeroWidth, code)) return 0;
  return is_in(kWide, code) ? 2 : 1;
}

/// One character of valid UTF-8: its bytes and its code point.
struct Character {
  std::string_view bytes;
  char32_t code;
};

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> characters;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t wanted = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const size_t length = std::min(wanted, text.size() - at);
    char32_t code = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
    characters.push_back({text.substr(at, length), code});
    at += length;
  }
  return characters;
}

/// As many characters from the front (or the back) as fit into `columns`.
std::string take_columns(std::span<const Character> characters, int columns) {
  std::string taken;
  for (const Character& character : characters) {
    columns -= columns_of(character.code);
    if (columns < 0) break;
    taken += character.bytes;
  }
  return taken;
}

std::string take_last_columns(std::span<const Character> characters, int columns) {
  size_t from = characters.size();
  while (from > 0 && columns >= columns_of(characters[from - 1].code)) columns -= columns_of(characters[--from].code);
  return take_columns(characters.subspan(from), 1 << 20);
}

}  // namespace

std::string printable_text(std::string_view text, bool is_utf8) {
  const std::string valid = to_utf8(text);
  std::string printable;
  for (const Character& character : characters_of(valid)) {
    if (character.code == '\t' || character.code == '\n' || character.code == '\r') {
      printable += ' ';
    } else if (is_in(kUnsafe, character.code) || (!is_utf8 && character.code >= 0x80)) {
      printable += '?';
    } else {
      printable += character.bytes;
    }
  }
  return printable;
}

int text_columns(std::string_view text) {
  int columns = 0;
  for (const Character& character : characters_of(text)) columns += columns_of(character.code);
  return columns;
}

std::string fit_text(std::string_view text, int columns, bool is_utf8) {
  std::string fitting(text);
  if (text_columns(text) > columns) {
    const std::string_view ellipsis = is_utf8 ? "\u2026" : "..";
    const int kept = std::max(0, columns - text_columns(ellipsis));
    const auto characters = characters_of(text);
    // The end of a name tells as much as its beginning: a number, a date, the extension.
    fitting = take_columns(characters, kept - kept / 2);
    fitting += ellipsis;
    fitting += take_last_columns(characters, kept / 2);
  }
  const int missing = columns - text_columns(fitting);
  if (missing > 0) fitting.append(static_cast<size_t>(missing), ' ');
  return fitting;
}

std::string level_bar(double share, double mark, int columns, bool is_utf8) {
  constexpr std::array<std::string_view, 9> kEighths{" ",      "\u258F", "\u258E", "\u258D", "\u258C",
                                                     "\u258B", "\u258A", "\u2589", "\u2588"};
  if (columns <= 0) return {};
  const auto eighths = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * columns * 8));
  const int mark_at = std::min(columns - 1, static_cast<int>(std::clamp(mark, 0.0, 1.0) * columns));
  std::string bar;
  for (int i = 0; i < columns; ++i) {
    const int here = std::clamp(eighths - i * 8, 0, 8);
    if (i == mark_at && here == 0 && mark > 0) {
      bar += is_utf8 ? "\u2502" : "|";
    } else if (is_utf8) {
      bar += kEighths.at(static_cast<size_t>(here));
    } else {
      bar += here >= 4 ? '#' : ' ';
    }
  }
  return bar;
}

}  // namespace astream
