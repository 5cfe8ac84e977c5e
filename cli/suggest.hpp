// "Did you mean ...?": the nearest of some words to a misspelt one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace astream::cli {

/// The candidate with the least edits (insert, delete, replace, swap neighbours) to `word`, or "" when none is near: at
/// most a third of its letters may differ.
std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

}  // namespace astream::cli
