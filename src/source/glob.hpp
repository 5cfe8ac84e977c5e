// Wildcards in file names, as a shell has them: * ? [a-z] [!x] within one name, ** over folders, {a,b} alternatives,
// a backslash before a character that is meant as itself.
//
// Pure functions, from any thread. '?' and a bracket stand for one UTF-8 character, or one byte where the name is no
// UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

/// More patterns than this out of one brace expression are refused.
inline constexpr size_t kMaxBracePatterns = 1000;
/// More folders than this in one pattern are refused.
inline constexpr size_t kMaxGlobSegments = 60;

/// Longer names than any path are no patterns.
inline constexpr size_t kMaxGlobBytes = 8192;

/// True when `text` has a wildcard or a brace expression.
bool has_glob_syntax(std::string_view text);

/// True when one part of a path (no '/') has a wildcard.
bool has_wildcard(std::string_view segment);

/// "{a,b}{1,2}" -> "a1" "a2" "b1" "b2". Throws Error(resolve) beyond kMaxBracePatterns.
std::vector<std::string> expand_braces(std::string_view pattern);

/// True when `name` (no '/') matches `segment`. A name that begins with '.' needs a segment that does.
bool matches_segment(std::string_view segment, std::string_view name);

/// `text` without the backslashes that escape.
std::string unescape_glob(std::string_view text);

}  // namespace astream
