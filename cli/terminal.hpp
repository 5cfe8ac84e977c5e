// What is known of the terminal, if there is one.
#pragma once

namespace astream::cli {

inline constexpr int kStdin = 0, kStdout = 1, kStderr = 2;

bool is_terminal(int fd);
/// Columns of the terminal on `fd`; 80 when unknown.
int terminal_columns(int fd);
/// Rows of it; 24 when unknown.
int terminal_rows(int fd);
/// Whether TERM says that nothing can be drawn on it.
bool is_dumb_terminal();
/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG) is a UTF-8 one.
bool is_utf8_locale();
/// Whether colour is wanted on `fd`: a terminal that can, and no NO_COLOR.
bool wants_color(int fd);

}  // namespace astream::cli
