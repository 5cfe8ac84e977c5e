// How rows are written: what the commands that give tables have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/options_input.hpp"
#include "cli/output.hpp"
#include "formats/row_format_table.hpp"

namespace astream::cli {

/// The names of row_format_table(), for help and errors.
std::string row_format_names();

/// --double --sep --crlf --na --time.
void add_row_text_options(CLI::App& app, RowWriterOptions& rows);

/// The format that is meant: the one asked for, else by the file's suffix, else csv. `command` is for messages. Throws
/// Error(usage) for an unknown format, for -o together with a program, for what needs a file, and for binary on a
/// terminal.
const RowFormat& choose_row_format(const OutputOptions& output, const std::string& command);

/// Throws Error(usage) for what was given of add_row_text_options() and means nothing to `format`.
void refuse_idle_row_options(const CLI::App& app, const RowFormat& format);

}  // namespace astream::cli
