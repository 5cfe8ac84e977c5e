// A path with wildcards taken apart at its slashes, as an automaton: for walks through folders, and for the names in an
// archive.
//
// State i waits for segment i, and state segments.size() is a match. The states that a folder was reached in are a set
// of bits. Pure, from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/resolve_listing.hpp"

namespace astream {

struct PathPattern {
  enum class Kind { literal, wildcard, any_depth };
  struct Segment {
    Kind kind = Kind::literal;
    std::string text;
  };
  using States = uint64_t;

  std::string start;  ///< folder to begin in, as typed, with its slash; "" for the current one
  std::vector<Segment> segments;
  bool takes_folders_only = false;  ///< the pattern ends in '/'

  States match_state() const { return States{1} << segments.size(); }
  /// "**" also stands for no folder at all.
  States with_skips(States states) const;
  States after(States states, const ListedName& entry) const;
  /// The names that can go on from `states` when no wildcard can.
  std::optional<std::vector<std::string>> literals_in(States states) const;

  /// Whether a walk would give the file at `path`: the pattern matches it, or a folder above it and its name says audio
  /// or video.
  bool takes_file(std::string_view path) const;
};

/// Throws Error(resolve) for one that goes through too many folders.
PathPattern parse_pattern(std::string_view pattern);

}  // namespace astream
