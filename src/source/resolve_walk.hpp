// Walks folders in bytewise order of the paths: all audio below a folder, or what a glob matches. One listing a level
// is held.
//
// Links to folders are followed, but not back up into a folder that the walk is in. Hidden names are left out unless a
// pattern names the dot. A folder that can't be read is one failure, and the walk goes on behind it.
#pragma once

#include <memory>

#include "source/resolve_step.hpp"

namespace astream {

/// Every file below `folder` (a path) whose name says audio or video; each takes the folder's label and origin. A
/// folder without any is one Error(resolve).
std::unique_ptr<ResolveStep> make_folder_step(const Input& folder);

/// Every file that `pattern` (a path with wildcards) matches; a folder that it matches stands for the audio below it,
/// and so does "**" at the end. A pattern without a match is one Error(resolve).
std::unique_ptr<ResolveStep> make_glob_step(const Input& pattern);

}  // namespace astream
