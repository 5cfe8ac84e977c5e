// One name as it was typed, taken apart: label, path or URI. A path that exists wins over any syntax.
//
// Costs one look at the file system for a plain name that exists, no more than two for any other. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "source/input.hpp"

namespace astream {

/// What stands at a path. `file`: anything that is no folder.
enum class PathKind { missing, file, folder };
PathKind path_kind(const std::string& path);

/// An input, and what is known of it before it is expanded.
struct NamedInput {
  Input input;
  PathKind kind = PathKind::missing;  ///< of the path, when it is one
  bool may_be_glob = false;           ///< a path without a file, typed as such: its wildcards count
  bool is_listed = false;             ///< a store told that it is there: its wildcards don't count
};

/// Reads "NAME=INPUT", "file:...", "-", a URI or a path.
NamedInput read_name(const std::string& name, Origin origin);

/// The path that a "file:" URI names: as it stands when that exists, else percent-decoded. "file:x", "file:/x",
/// "file:///x" and "file://localhost/x" are understood.
std::string path_of_file_uri(std::string_view uri);

/// `uri` that has a scheme, as an Input: "file:" becomes a path, a page of a known site "ytdl:".
NamedInput read_uri(std::string_view uri, Origin origin);

/// True when `text` begins with a scheme; "Artist: Title.mp3" does not.
bool has_scheme(std::string_view text);

}  // namespace astream
