#include "cli/canvas.hpp"

#include "formats/text_cells.hpp"

namespace astream::cli {

void Canvas::put(int column, int row, char32_t glyph, const Style& style) {
  if (column < 0 || row < 0 || column >= columns_ || row >= rows_) return;
  cells_[index(column, row)] = {glyph, style};
}

int Canvas::put(int column, int row, std::string_view text, const Style& style) {
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::string_view character = text.substr(at, length);
    char32_t code = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (size_t i = 1; i < character.size(); ++i) code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3F);
    at += length;
    const int width = text_columns(character);
    if (width == 0) continue;  // a combining mark: letters do without
    if (column + width > columns_) break;
    put(column, row, code, style);
    if (width == 2) put(column + 1, row, U'\0', style);
    column += width;
  }
  return column;
}

void Canvas::put_right(int end_column, int row, std::string_view text, const Style& style) {
  put(end_column - text_columns(text), row, text, style);
}

std::string utf8_of(char32_t glyph) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((glyph >> shift) & 0x3F)); };
  if (glyph < 0x80) return {static_cast<char>(glyph)};
  if (glyph < 0x800) return {static_cast<char>(0xC0 | (glyph >> 6)), tail(0)};
  if (glyph < 0x10000) return {static_cast<char>(0xE0 | (glyph >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (glyph >> 18)), tail(12), tail(6), tail(0)};
}

std::string Canvas::row_text(int row) const {
  std::string text;
  for (int column = 0; column < columns_; ++column) {
    if (const char32_t glyph = at(column, row).glyph; glyph != 0) text += utf8_of(glyph);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace astream::cli
