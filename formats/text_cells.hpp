// Text in the cells of a terminal: what is safe to show, how many columns it takes, and how to make it fit. Pure
// functions.
//
// Titles and labels come from strangers (radio stations, files): whatever could steer a terminal is taken out.
#pragma once

#include <string>
#include <string_view>

namespace astream {

/// `text` on one line with nothing but printable characters; with is_utf8 false those outside ASCII become '?'.
std::string printable_text(std::string_view text, bool is_utf8);

/// Columns that printable `text` takes: 2 for the wide characters of East Asia and emoji, 0 for combining marks.
int text_columns(std::string_view text);

/// Printable `text` in exactly `columns` columns: filled with spaces, or shortened in the middle ("long…name").
std::string fit_text(std::string_view text, int columns, bool is_utf8);

/// A bar for `share` (0..1) of `columns`, with a mark at `mark` (0..1): blocks of an eighth, or '#' and '|'.
std::string level_bar(double share, double mark, int columns, bool is_utf8);

}  // namespace astream
