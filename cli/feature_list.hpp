// What `features --list` prints: every column with its meaning, unit, range and source.
#pragma once

#include <string>

namespace astream::cli {

/// As a table for people `columns` wide, or as JSON: one object a group.
std::string feature_list_text(int columns);
std::string feature_list_json();

}  // namespace astream::cli
