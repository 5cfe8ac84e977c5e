// A screen of cells that is drawn on without a terminal: characters, colours, nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace astream::cli {

/// 0xRRGGBB, or the terminal's own colour.
using Color = int32_t;
inline constexpr Color kOwnColor = -1;

struct Style {
  Color ink = kOwnColor;
  Color paper = kOwnColor;
  bool is_bold = false;
  bool is_dim = false;
  bool operator==(const Style&) const = default;
};

struct Cell {
  char32_t glyph = U' ';  ///< 0: the right half of a wide character
  Style style;
  bool operator==(const Cell&) const = default;
};

class Canvas {
 public:
  Canvas(int columns, int rows)
      : columns_(columns), rows_(rows), cells_(static_cast<size_t>(columns) * static_cast<size_t>(rows)) {}

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  const Cell& at(int column, int row) const { return cells_[index(column, row)]; }

  /// What lies outside is left out.
  void put(int column, int row, char32_t glyph, const Style& style = {});
  /// Printable UTF-8 in one row (text_cells.hpp); returns the column behind it.
  int put(int column, int row, std::string_view text, const Style& style = {});
  /// The same, ending before `end_column`.
  void put_right(int end_column, int row, std::string_view text, const Style& style = {});

  /// A row as UTF-8, without the spaces at its end; for tests and dumps.
  std::string row_text(int row) const;

 private:
  size_t index(int column, int row) const {
    return static_cast<size_t>(row) * static_cast<size_t>(columns_) + static_cast<size_t>(column);
  }

  int columns_, rows_;
  std::vector<Cell> cells_;
};

/// `glyph` as UTF-8.
std::string utf8_of(char32_t glyph);

}  // namespace astream::cli
