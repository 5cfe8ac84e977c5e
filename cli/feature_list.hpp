// The table of features for people: what `features --list` prints (every column with its meaning, unit, range and
// source), and guesses at misspelt names.
#pragma once

#include <string>

namespace astream::cli {

/// As a table for people `columns` wide, or as JSON: one object a group.
std::string feature_list_text(int columns);
std::string feature_list_json();

/// The group or column that a name which is none may have meant, or "".
std::string guess_feature(const std::string& name);

}  // namespace astream::cli
